"""The recipes of docs/hosting.md from a clean clone, by their exact lines, to a film.

    python -m tests.deploy.recipes_from_clone CADDY [home|server|service]… [--keep FOLDER]

Needs Linux, root, git, make, curl, Chromium, Caddy, PostgreSQL, Redis and the emulators of AWS. The checkout
is cloned and set up as everybody's is (`make environment frontend`), with the caches and settings of pip and
npm and nothing else of this environment. Then, in a network of its own, each recipe's `.env` is written and
`make run` started; what a recipe leaves to be filled in comes from tests/settings/test_recipes.py. With
--keep the clone lies in that folder, and is brought up to date the next time.

Names and addresses of the recipes lead here. Google, Stripe, Runway, Amazon S3 and the mail server are
stand-ins under their own names, with certificates that SSL_CERT_FILE lets programs trust.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.deploy import client_address, own_network
from tests.deploy.service_parts import selling_parts
from tests.deploy.test_service_recipe import walk
from tests.journeys.accounts.steps import by_provider, forgive_refusals
from tests.journeys.accounts.test_small_server import invite_on_the_page, make_a_film, play
from tests.journeys.conftest import DEVICES, QUIET_CHROMIUM
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor, visit
from tests.settings.test_recipes import filled_in
from tests.support import programs
from tests.support.media.photos import make_photos
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.tls import Authority, make_tls
from tests.support.sign_in.openid_providers import provider_with_tls

ROOT = Path(__file__).resolve().parents[2]
GOOGLE = "https://accounts.google.com"
ADDRESSES = {
    "at-home": "192.168.1.20", "films.example.org": "127.0.2.1", "accounts.google.com": "127.0.2.2",
    "echoes.example": "10.0.0.5", "echoes-itself": "10.0.0.10", "db": "127.0.3.1", "redis": "127.0.3.2",
    "api.stripe.com": "127.0.3.3", "api.dev.runwayml.com": "127.0.3.4", "mail.example.org": "127.0.3.5",
    "s3.eu-central-1.amazonaws.com": "127.0.3.6", "echoes-files.s3.eu-central-1.amazonaws.com": "127.0.3.6",
}  # fmt: skip
GATEWAY, VISITORS = "198.51.100.1", ("198.51.100.7", "198.51.100.8", "198.51.100.9")
BACKUPS = Path("/mnt/backups")
KEPT = ("PATH", "HOME", "LANG")
OF_THE_NETWORK = ("PIP_", "NPM_CONFIG_", "UV_", "HTTP_", "HTTPS_", "NO_PROXY", "SSL_CERT_", "NODE_EXTRA_")
BUILT = (".venv", ".web", "assets/external", "node_modules", "tools/javascript/node_modules")
CADDY = """{{
	admin off
	auto_https disable_redirects
}}
{host}{{
	bind {bind}
	tls {tls} {tls}
{rest}"""
SERVICE = f"""echoes.example {{
	reverse_proxy {ADDRESSES["echoes-itself"]}:3000
}}
"""


@dataclass
class Place:
    """The clone with one recipe's lines."""

    clone: Path
    folder: Path
    tls: Authority
    caddy: str
    secrets: dict[str, str] = field(default_factory=dict)
    """Beside the lines of the recipe: the credentials of its bucket."""

    @property
    def environment(self) -> dict[str, str]:
        own = {name: os.environ[name] for name in KEPT if name in os.environ}
        return own | self.tls.settings | self.secrets | {"XDG_DATA_HOME": str(self.folder)}

    def begin(self, lines: str) -> None:
        """As nobody had started it yet; what was built stays."""
        keep = [part for name in BUILT for part in ("--exclude", name)]
        clean = ("git", "clean", "-fdxq", *keep)
        subprocess.run(clean, cwd=self.clone, check=True)
        (self.clone / ".env").write_text(lines)

    def echoes(self, *arguments: str, **more: str) -> str:
        """The command line of the clone; what it printed."""
        command = [str(self.clone / ".venv/bin/echoes"), *arguments]
        done = subprocess.run(
            command, cwd=self.clone, env=self.environment | more, capture_output=True, text=True
        )
        assert done.returncode == 0, f"echoes {arguments[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def examine(self) -> None:
        said(f"`echoes doctor` is content: {self.echoes('doctor').count('✓')} things are right")

    @contextmanager
    def running(self, *command: str, until: str, **more: str) -> Iterator[None]:
        log = self.folder / f"{Path(command[0]).name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=self.clone, env=self.environment | more, stdout=output, stderr=output
            )
        try:
            wait_for(
                lambda: until in log.read_text() or process.poll() is not None, f"{command} to say {until}"
            )
            assert process.poll() is None, log.read_text()[-3000:]
            yield
            process.terminate()
            said(f"`{' '.join(command)}` ended with {process.wait(PATIENCE)}")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    @contextmanager
    def served(self) -> Iterator[None]:
        with self.running("make", "run", until="Echoes is ready"):
            said("`make run` says that Echoes is ready")
            yield

    @contextmanager
    def proxied(self, site: str, *bind: str) -> Iterator[None]:
        """By Caddy, with the lines of the recipe and our authority in the place of a public one."""
        host, _, rest = site.partition("{\n")
        text = CADDY.format(host=host, bind=" ".join(bind), tls=self.tls.server, rest=rest)
        file = self.folder / "Caddyfile"
        file.write_text(text)
        command = (self.caddy, "run", "--adapter", "caddyfile", "--config", str(file))
        with self.running(*command, until="serving initial configuration"):
            yield

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        expect.set_options(timeout=SECONDS_TO_SEE * 1000)
        trusted = f"--ignore-certificate-errors-spki-list={self.tls.spki}"
        with sync_playwright() as playwright:
            found = playwright.chromium.launch(
                executable_path=programs.chromium(), args=[*QUIET_CHROMIUM, trusted]
            )
            yield found
            found.close()


def at_home(place: Place) -> None:
    place.begin(filled_in("At home"))
    address = "http://192.168.1.20:3000"
    with place.served(), place.browser() as browser:
        place.examine()
        invitation = place.echoes("invite", "--operator").splitlines()[0]
        with visit(browser, address, "desktop", DEVICES["desktop"]) as olga:
            join_by_name(olga.page, invitation, "Olga")
            link = invite_on_the_page(olga)
            forgive_refusals(olga)
        said("the first operator joins by the link of `echoes invite --operator`, and invites")
        with visit(browser, address, "phone", DEVICES["phone"]) as rosa:
            join_by_name(rosa.page, link, "Rosa")
            film(place, rosa)


def join_by_name(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("What is your name?").fill(name)
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url("**/films")


def film(place: Place, visitor: Visitor) -> None:
    make_a_film(visitor, make_photos(place.folder / "photos", 900, count=2))
    play(visitor.page)
    forgive_refusals(visitor)
    said("a guest on a phone makes a film of two photos, and plays it")


def small_server(place: Place) -> None:
    place.begin(filled_in("A small server with https"))
    address = "https://films.example.org"
    google = provider_with_tls(place.tls.context, ADDRESSES["accounts.google.com"], 443)
    proxy = place.proxied(caddyfile_of_the_docs(), ADDRESSES["films.example.org"])
    with google, place.served(), proxy, place.browser() as browser:
        introduce(place, "you", "you@example.org")
        introduce(place, "rosa", "rosa@example.org")
        place.examine()
        with visit(browser, address, "desktop", DEVICES["desktop"]) as you:
            you.page.goto("/films")
            by_provider(you.page, "you")
            you.page.wait_for_url("**/films")
            link = invite_on_the_page(you)
            forgive_refusals(you)
        said("who stands in ECHOES_ADMIN_EMAILS signs in with Google behind Caddy, and invites")
        with visit(browser, address, "phone", DEVICES["phone"]) as rosa:
            rosa.page.goto("/films")
            by_provider(rosa.page, "rosa")
            expect(rosa.page.get_by_role("heading", name="Join Echoes")).to_be_visible()
            rosa.page.goto(link)
            by_provider(rosa.page, "rosa")
            rosa.page.wait_for_url("**/films")
            film(place, rosa)
        place.echoes("backup")
        said(f"a backup lies in /mnt/backups: {', '.join(sorted(path.name for path in BACKUPS.iterdir()))}")


def caddyfile_of_the_docs() -> str:
    text = (ROOT / "docs/hosting.md").read_text().partition("### A small server with https")[2]
    return text.partition("```caddyfile\n")[2].partition("```")[0]


def introduce(place: Place, person: str, email: str) -> None:
    known = {"email": email, "email_verified": True, "name": person.capitalize()}
    address = f"{GOOGLE}/users/{person}"
    httpx.put(address, json=known, timeout=PATIENCE, verify=place.tls.trust).raise_for_status()


def service_that_sells(place: Place) -> None:
    google = provider_with_tls(place.tls.context, ADDRESSES["accounts.google.com"], 443)
    with google, selling_parts(place.folder, place.tls, ADDRESSES) as (service, lines, place.secrets):
        place.begin(filled_in("A service that sells") + lines)
        worker = place.running(
            ".venv/bin/echoes", "worker", until="the job engine runs", ECHOES_ROLE="worker"
        )
        with (
            place.served(),
            worker,
            place.proxied(SERVICE, ADDRESSES["echoes.example"], GATEWAY),
            place.browser() as browser,
        ):
            introduce(place, "rosa", "rosa@example.org")
            place.examine()
            walk(browser, service, place.folder)
            said("Rosa signs in with Google, buys at Stripe, has a clip by Runway, sends a film")
            said("and is told of a reply by mail")
            for seen in client_address.prove("echoes.example", GATEWAY, ADDRESSES["echoes-itself"], VISITORS):
                said(seen)


WALKS: dict[str, Callable[[Place], None]] = {
    "home": at_home, "server": small_server, "service": service_that_sells,
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("caddy")
    asked.add_argument("recipes", nargs="*", choices=[*WALKS, []])
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.inside:
        prove(told.caddy, told.recipes or [*WALKS], told.keep)
        return
    with tempfile.TemporaryDirectory(prefix="recipes-") as name:
        folder = told.keep or Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else.
        set_up(folder)
        arguments = [told.caddy, *told.recipes, "--keep", str(folder), "--inside"]
        own_network.begin("tests.deploy.recipes_from_clone", arguments, os.environ | {"ECHOES_ENV_FILE": ""})


def prove(caddy: str, recipes: list[str], folder: Path) -> None:
    """In the network of our own."""
    own_network.furnish(folder, ADDRESSES)
    own_network.ask_from(ADDRESSES["echoes.example"], ADDRESSES["echoes-itself"])
    own_network.add_visitors(GATEWAY, VISITORS)
    tls = make_tls(folder / "tls", [name for name in ADDRESSES if "." in name])
    for recipe in recipes:
        said(f"recipe: {recipe}")
        with tempfile.TemporaryDirectory(prefix="walk-") as name:
            Path(name).chmod(0o755)
            WALKS[recipe](Place(folder / "echoes", Path(name), tls, caddy))


def set_up(folder: Path) -> None:
    """As a stranger would, with the caches of pip and npm."""
    clone, kept = folder / "echoes", {name: os.environ[name] for name in KEPT if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.upper().startswith(OF_THE_NETWORK)}
    if clone.exists():
        subprocess.run(f"git -C {clone} pull --quiet --ff-only".split(), check=True)
    else:
        subprocess.run(f"git clone --quiet {ROOT} {clone}".split(), check=True)
    build = ("make", "environment", "frontend")
    subprocess.run(build, cwd=clone, env=kept, check=True)
    said("a clean clone is set up by `make environment frontend`")


def said(what: str) -> None:
    sys.stdout.write(f"proved: {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
