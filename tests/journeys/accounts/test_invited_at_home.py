"""The recipe at home of docs/hosting.md, by its exact lines, in a real browser: uninvited, invited, and
inviting others."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.accounts.steps import forgive_refusals, look_in_the_dark
from tests.journeys.conftest import DEVICES, ROOT, UNHURRIED, App, require_front_end
from tests.journeys.steps import named
from tests.journeys.visitors import Visitor, visit
from tests.settings.test_recipes import filled_in
from tests.support.servers.ports import free_port

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """On loopback, which is a private network too."""
    require_front_end()
    folder = tmp_path_factory.mktemp("home")
    (folder / ".env").write_text(filled_in("At home"))
    settings = {"ECHOES_ENV_FILE": str(folder / ".env"), "ECHOES_HOST": "127.0.0.1"} | UNHURRIED
    running = App(folder, free_port(), settings)
    running.start()
    yield running
    running.stop()


def invitation(home: App, *options: str) -> str:
    """The path that `echoes invite` prints, from the machine itself, while Echoes runs."""
    settings = home.settings | {"ECHOES_DATA_DIR": str(home.data_dir), "ECHOES_PUBLIC_URL": home.address}
    printed = subprocess.run(
        [sys.executable, "-m", "echoes", "invite", *options],
        cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return printed.splitlines()[0].removeprefix(home.address)


@pytest.fixture(params=DEVICES)
def guest(request: pytest.FixtureRequest, chromium: Browser, home: App) -> Iterator[Visitor]:
    with visit(chromium, home.address, request.param, DEVICES[request.param]) as visitor:
        yield visitor
        forgive_refusals(visitor)


def test_by_invitation_to_the_films_and_on_to_inviting_others(guest: Visitor, home: App) -> None:
    page, name = guest.page, guest.called("Olga")
    page.goto("/films")
    expect(page.get_by_text("You join here by invitation.")).to_be_visible()
    page.get_by_role("link", name="Use an invitation").click()
    look_in_the_dark(guest, "invited-1-whom-to-ask")
    page.get_by_label("Do you have an invitation?").fill("abcd-efgh-jkmn-pqrs")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("has been used already, or it has ended")).to_be_visible()
    link = invitation(home, "--operator")
    page.goto(link)
    expect(page.get_by_text("You are invited to join.")).to_be_visible()
    look_in_the_dark(guest, "invited-2-join")
    page.get_by_label("What is your name?").fill(name)
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url("**/films")
    expect(page.get_by_text("credit")).to_have_count(0)
    page.goto(link)
    page.wait_for_url("**/films")
    invite_somebody(guest, page)


def invite_somebody(guest: Visitor, page: Page) -> None:
    page.goto("/admin/invitations")
    page.get_by_label("For whom").fill("Aunt Rosa")
    page.get_by_role("button", name="Make an invitation").click()
    made = page.get_by_label("The link of the invitation")
    expect(made).to_have_value(re.compile("/join/"))
    expect(page.get_by_role("link", name="Orders")).to_have_count(0)
    look_in_the_dark(guest, "invited-3-invitations")
    link = made.input_value()
    page.get_by_role("button", name="Hide the link").click()
    expect(made).to_be_hidden()
    page.get_by_role("button", name=f"Revoke the invitation: {named('Aunt Rosa')}").first.click()
    expect(page.get_by_text("Nobody can join with this invitation any more.")).to_be_visible()
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_text("has been used already, or it has ended")).to_be_visible()
