"""`echoes setup --browser`: one browser, by a link that opens once, and nothing else for anybody."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from echoes.commands.setup.browser import one_time_link
from echoes.commands.setup.browser.dialogue import Dialogue, Say
from echoes.commands.setup.browser.one_time_link import MOST_GUESSES, OneTimeLink
from echoes.commands.setup.browser.routes import SetupPages, application
from echoes.commands.setup.browser.run import without_operators_link
from echoes.commands.setup.browser.server import address_of, listen
from echoes.commands.setup.starting import command_of
from echoes.errors import BadInput
from tests.support.processes import PATIENCE

HERE = "http://127.0.0.1:4000"
SEE_OTHER, NOT_FOUND = 303, 404
FAVOURITE = {"place": "computer", "data_dir": "mine", "port": "4001", "provider": "motion"}


class Works:
    """What is done with the answers, in the place of the real work."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], bool]] = []
        self.refuses = ""
        self.is_well = True

    def __call__(self, answers: Mapping[str, str], say: Say, has_clip: bool) -> bool:
        self.asked.append((dict(answers), has_clip))
        if self.refuses:
            raise BadInput(self.refuses)
        say("✓ settings are written\n  https://echoes.local/join/abcd-efgh")
        return self.is_well


@pytest.fixture
def works() -> Works:
    return Works()


@pytest.fixture
def pages(works: Works, tmp_path: Path) -> SetupPages:
    return SetupPages(Dialogue({"place": "computer"}, works), OneTimeLink(), HERE, tmp_path / ".env")


def browser(pages: SetupPages) -> TestClient:
    client = TestClient(application(pages), base_url=HERE, follow_redirects=False)
    client.headers["origin"] = HERE
    return client


@pytest.fixture
def owner(pages: SetupPages) -> Iterator[TestClient]:
    """Whoever reads the terminal."""
    with browser(pages) as client:
        assert client.get(pages.url).status_code == SEE_OTHER
        yield client


def answer(client: TestClient, name: str, value: str) -> str:
    assert client.post("/setup/answer", data={"name": name, "value": value}).status_code == SEE_OTHER
    return client.get("/setup/").text


def finish(pages: SetupPages, client: TestClient) -> None:
    for name, value in FAVOURITE.items():
        answer(client, name, value)
    assert client.post("/setup/begin", data={"clip": "yes"}).status_code == SEE_OTHER
    pages.dialogue.wait()


def test_the_link_opens_once(pages: SetupPages, owner: TestClient) -> None:
    assert "Which folder" in owner.get("/setup/").text
    with browser(pages) as another:
        assert another.get(pages.url).status_code == NOT_FOUND
        assert another.get("/setup/").status_code == NOT_FOUND
    assert owner.get(pages.url).headers["location"] == "/setup/", "its own browser finds back"


def test_the_cookie_is_the_browsers_alone(pages: SetupPages) -> None:
    with browser(pages) as client:
        said = client.get(pages.url).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said, "a terminal on a web page leads here from another site"
    assert pages.link.token not in said


def test_after_a_quarter_of_an_hour_it_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    link = OneTimeLink(lambda: clock[0])
    clock[0] = one_time_link.SECONDS_TO_OPEN
    assert not link.is_open
    assert link.redeem(link.token) is None


def test_guesses_close_it(pages: SetupPages) -> None:
    with browser(pages) as client:
        for number in range(MOST_GUESSES):
            assert client.get(f"/setup/{number}").status_code == NOT_FOUND
        assert client.get(pages.url).status_code == NOT_FOUND
    assert not pages.link.is_open


def test_another_sites_page_does_not_use_up_the_guesses(pages: SetupPages) -> None:
    with browser(pages) as client:
        for number in range(MOST_GUESSES):
            blind = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"}
            assert client.head(pages.url).status_code == NOT_FOUND, "looked at by a program"
            assert client.get(f"/setup/{number}", headers=blind).status_code == NOT_FOUND
        assert client.get(pages.url).status_code == SEE_OTHER


@pytest.mark.parametrize(
    "path", ["/", "/setup", "/setup/answer", "/healthz", "/.env", "/setup/../.env", "/x" * 9]
)
def test_there_is_nothing_else(pages: SetupPages, path: str) -> None:
    with browser(pages) as client:
        assert client.get(path).status_code in {NOT_FOUND, 307}
        for act in ("answer", "back", "begin", "end"):
            assert client.post(f"/setup/{act}", data={"name": "port", "value": "1"}).status_code == NOT_FOUND
    assert pages.dialogue.answers == {"place": "computer"}


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example:4000"}]
)
def test_another_site_answers_nothing(pages: SetupPages, owner: TestClient, headers: dict[str, str]) -> None:
    sent = owner.post("/setup/answer", data={"name": "data_dir", "value": "mine"}, headers=headers)
    assert sent.status_code == NOT_FOUND
    assert "data_dir" not in pages.dialogue.answers


def test_a_page_runs_no_script_and_is_not_kept(owner: TestClient) -> None:
    headers = owner.get("/setup/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_an_answer_that_makes_no_sense_is_asked_for_again(pages: SetupPages, owner: TestClient) -> None:
    answer(owner, "data_dir", "mine")
    assert "a number from 1 to 65535" in answer(owner, "port", "<b>0</b>")
    assert "port" not in pages.dialogue.answers
    assert 'value="&lt;b&gt;0&lt;/b&gt;"' in owner.get("/setup/").text, "to be mended, not typed again"
    assert "a number from 1 to 65535" in answer(owner, "port", "9" * 5000)
    assert "Which port?" in answer(owner, "provider", "motion"), "an old page changes nothing"
    assert owner.post("/setup/answer", data={"name": "port", "value": "9" * 20_000}).status_code == 413
    owner.post("/setup/back")
    page = owner.get("/setup/").text
    assert "Which folder" in page
    assert 'value="mine"' in page
    assert "folder cannot be found" in answer(owner, "data_dir", "~nobody-of-this-name/echoes")


def test_several_ways_to_sign_in_are_boxes_to_tick(works: Works, tmp_path: Path) -> None:
    given = {"place": "server", "data_dir": "mine", "port": "4001", "address": "echoes.example.org"}
    pages = SetupPages(Dialogue(given, works), OneTimeLink(), HERE, tmp_path / ".env")
    with browser(pages) as client:
        client.get(pages.url)
        assert 'value="passkey" type="checkbox" checked' in client.get("/setup/").text
        ticked = {"name": "sign_in", "value": ["passkey", "email"]}
        client.post("/setup/answer", data=ticked)
    assert pages.dialogue.answers["sign_in"] == "passkey,email"


def test_a_page_says_how_far_it_is(pages: SetupPages, owner: TestClient) -> None:
    assert "question 1 of about 3" in owner.get("/setup/").text, "what flags answered is not counted"
    assert "question 2 of about 3" in answer(owner, "data_dir", "mine")


def test_secrets_are_not_shown(works: Works, tmp_path: Path) -> None:
    given = FAVOURITE | {"provider": "runway", "runway_key": "key_nobody_may_see"}
    pages = SetupPages(Dialogue(given, works), OneTimeLink(), HERE, tmp_path / ".env")
    with browser(pages) as client:
        client.get(pages.url)
        page = client.get("/setup/").text
    assert "Is this right?" in page
    assert "The service charges for it" in page
    assert "key_nobody_may_see" not in page


def test_a_secret_that_was_taken_back_is_not_shown_either(works: Works, tmp_path: Path) -> None:
    given = FAVOURITE | {"provider": "runway"}
    pages = SetupPages(Dialogue(given, works), OneTimeLink(), HERE, tmp_path / ".env")
    with browser(pages) as client:
        client.get(pages.url)
        answer(client, "runway_key", "key_nobody_may_see")
        client.post("/setup/back")
        page = client.get("/setup/").text
    assert "The key of your Runway account" in page
    assert "key_nobody_may_see" not in page


def test_the_work_is_done_once_and_told(pages: SetupPages, owner: TestClient, works: Works) -> None:
    finish(pages, owner)
    owner.post("/setup/begin")
    assert works.asked == [(FAVOURITE, True)]
    page = owner.get("/setup/").text
    assert "✓ settings are written" in page
    owner.post("/setup/end", data={"start": "yes"})
    assert pages.wants_start
    assert 'href="https://echoes.local/join/abcd-efgh"' in owner.get("/setup/").text


def test_what_is_not_well_is_not_started(pages: SetupPages, owner: TestClient, works: Works) -> None:
    works.is_well = False
    finish(pages, owner)
    assert "Start Echoes" not in owner.get("/setup/").text
    owner.post("/setup/end", data={"start": "yes"})
    assert (pages.is_over, pages.wants_start) == (True, False)
    assert "echoes doctor" in owner.get("/setup/").text


def test_answers_that_do_not_go_together_can_be_changed(
    pages: SetupPages, owner: TestClient, works: Works
) -> None:
    works.refuses = "These answers do not go together:\nA passkey belongs to a name."
    finish(pages, owner)
    page = owner.get("/setup/").text
    assert "A passkey belongs to a name." in page
    owner.post("/setup/back")
    assert "Who makes the clips?" in owner.get("/setup/").text


@pytest.mark.parametrize("host", [".".join("0000"), "0x0", "::", "203.0.113.7", "192.168.250.251"])
def test_it_listens_where_the_internet_does_not_reach(host: str) -> None:
    """Nor at an address that is none of this machine."""
    with pytest.raises(BadInput):
        listen(host, 0)


def test_where_others_read_along_the_operators_link_is_not_shown() -> None:
    said = without_operators_link("give it to nobody:\n  http://echoes.local:3000/join/abcd-efgh-jkmn-pqrs")
    assert said == "give it to nobody:\n  (the terminal shows it)"


def test_a_name_that_leads_to_a_public_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7", 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [public])
    with pytest.raises(BadInput, match="in your own network"):
        listen("web1", 0)


def test_its_address_is_as_browsers_write_it() -> None:
    with listen("LOCALHOST", 0) as listening:
        assert address_of("LOCALHOST", listening) == f"http://localhost:{listening.getsockname()[1]}"


def test_make_starts_it_where_there_is_a_makefile(tmp_path: Path) -> None:
    assert command_of(tmp_path)[1:] == ["-m", "echoes.web"]
    (tmp_path / "Makefile").touch()
    assert command_of(tmp_path)[1:] == ["--no-print-directory", "--directory", str(tmp_path), "run"]


@pytest.mark.slow
def test_a_place_is_set_up_by_the_page_of_the_real_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "echoes", "setup", "--browser", "--answer", "place=computer"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Open this link")
        url = process.stdout.readline().strip()
        address = url.partition("/setup/")[0]
        with httpx.Client(follow_redirects=True, timeout=PATIENCE, headers={"origin": address}) as client:
            client.get(url)
            for name in ("data_dir", "port", "provider"):
                page = client.post(
                    f"{address}/setup/answer", data={"name": name, "value": FAVOURITE[name]}
                ).text
            assert "Is this right?" in page
            client.post(f"{address}/setup/begin")
            printed = process.stdout.readline()
            while "To start it" not in printed:
                printed = process.stdout.readline()
            while "One moment" in (page := client.get(f"{address}/setup/").text):
                pass
            assert "Echoes is set up" in page
            assert "The terminal says how to start" in client.post(f"{address}/setup/end").text
        assert process.wait(PATIENCE) == 0
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert (tmp_path / "mine/echoes.db").exists()
