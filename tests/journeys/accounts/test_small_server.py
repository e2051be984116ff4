"""The recipe of a small server of docs/hosting.md, with its exact lines behind a proxy with https: from an
invitation over a passkey to the first film, and back by the passkey."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.accounts.steps import forgive_refusals, look_in_the_dark
from tests.journeys.accounts.test_passkeys import plug_in, sign_out
from tests.journeys.conftest import DEVICES, QUIET_CHROMIUM, ROOT, UNHURRIED, App, require_front_end
from tests.journeys.films.sharing_steps import PLAYED
from tests.journeys.steps import LONG, at
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor, becomes, visit
from tests.settings.test_recipes import filled_in
from tests.support import programs
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port
from tests.support.servers.tls import make_tls
from tests.support.servers.tls_proxy import tls_proxy

pytestmark = [pytest.mark.long, pytest.mark.chromium]

HOST = "films.example.org"
"""As the recipe has it. The browser is told that it is here."""
OURS = r"^ECHOES_(OIDC_\w+|BACKUP_TO)=.*\n"
"""In their place stand passkeys, as the recipe says, and a folder that is there."""
BRIEF = {"ECHOES_CLIP_SECONDS": "1.25"}
"""Clips of a quarter of the usual length are made in a quarter of the time."""


@dataclass
class SmallServer(App):
    @property
    def address(self) -> str:
        return f"https://{HOST}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallServer]:
    require_front_end()
    folder = tmp_path_factory.mktemp("small-server")
    backups = tmp_path_factory.mktemp("backups")
    lines = re.sub(OURS, "", filled_in("A small server with https"), flags=re.MULTILINE)
    lines += f"\nECHOES_SIGN_IN=passkey\nECHOES_BACKUP_TO={backups}\n"
    (folder / ".env").write_text(lines)
    settings = UNHURRIED | BRIEF | {"ECHOES_ENV_FILE": str(folder / ".env")}
    running = SmallServer(folder, free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(server: SmallServer) -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS_TO_SEE * 1000)
    tls = make_tls(server.data_dir / "proxy", [HOST])
    with tls_proxy(tls, server.port) as port, sync_playwright() as playwright:
        trusted = [
            f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}",
            f"--ignore-certificate-errors-spki-list={tls.spki}",
        ]
        started = playwright.chromium.launch(
            executable_path=programs.chromium(), args=[*QUIET_CHROMIUM, *trusted]
        )
        yield started
        started.close()


def operators_invitation(server: SmallServer) -> str:
    """As `echoes setup` and `echoes invite --operator` print it, on the machine itself."""
    settings = server.settings | {"ECHOES_DATA_DIR": str(server.data_dir)}
    command = [sys.executable, "-m", "echoes", "invite", "--operator"]
    printed = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=True
    ).stdout
    return printed.splitlines()[0]


@pytest.mark.parametrize("device", DEVICES)
def test_from_an_invitation_over_a_passkey_to_the_first_film_and_back(
    browser: Browser, server: SmallServer, device: str, tmp_path: Path
) -> None:
    with visit(browser, server.address, device, DEVICES[device]) as operator:
        plug_in(operator.page)
        join_by_passkey(operator, operators_invitation(server), f"Olga on a {device}")
        link = invite_on_the_page(operator)
        forgive_refusals(operator)
    with visit(browser, server.address, device, DEVICES[device]) as guest:
        plug_in(guest.page)
        join_by_passkey(guest, link, f"Rosa on a {device}")
        make_a_film(guest, make_photos(tmp_path, count=2))
        film = guest.page.url
        play(guest.page)
        guest.page.goto("/account")
        sign_out(guest.page)
        guest.page.goto(film)
        guest.page.get_by_role("button", name="Sign in with a passkey").click()
        guest.page.wait_for_url(film)
        play(guest.page)
        guest.page.goto(link)
        guest.page.wait_for_url("**/films")
        expect(guest.page.get_by_role("heading", name="Your films")).to_be_visible()
        forgive_refusals(guest)


def join_by_passkey(visitor: Visitor, link: str, name: str) -> None:
    page = visitor.page
    page.goto(link)
    expect(page.get_by_text(re.compile("you to join|are invited to join"))).to_be_visible()
    look_in_the_dark(visitor, "small-server-1-join")
    page.get_by_label("What should we call you?").fill(name)
    page.get_by_role("button", name="Create a passkey").click()
    page.wait_for_url("**/films")


def invite_on_the_page(visitor: Visitor) -> str:
    page = visitor.page
    page.goto("/admin/invitations")
    page.get_by_label("For whom").fill("Aunt Rosa")
    page.get_by_role("button", name="Make an invitation").click()
    made = page.get_by_label("The link of the invitation")
    expect(made).to_have_value(re.compile("/join/"))
    visitor.look("small-server-2-invitation")
    return made.input_value()


def make_a_film(visitor: Visitor, photos: list[Path]) -> None:
    page = visitor.page
    page.goto("/films/new")
    at(page, "/photos")
    page.locator("input[type=file]").first.set_input_files(photos)
    expect(page.locator("main img[src*='/files/']")).to_have_count(len(photos), timeout=LONG)
    page.get_by_role("button", name="Make my film").click()
    at(page, "/arrange")
    make = page.get_by_role("button", name="Make the film")
    expect(make).to_be_enabled(timeout=LONG)
    make.click()
    at(page, "/film")
    expect(page.get_by_role("link", name="Download the film")).to_be_visible(timeout=LONG)
    visitor.look("small-server-3-film")


def play(page: Page) -> None:
    """Pictures move: the file comes through the proxy, by an address that the browser reaches."""
    film = page.locator("main video").first
    expect(film).to_be_visible(timeout=LONG)
    becomes(lambda: film.evaluate(PLAYED), True, "the film plays")
