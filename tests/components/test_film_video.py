"""Film video player: goes on where it was while its signed URL expires, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route as Address

from tests.support.media.samples import restless, write_video
from tests.support.processes import PATIENCE
from tests.support.servers.production import serve

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

SCRIPT = Path(__file__).resolve().parents[2] / "echoes" / "components" / "film_video" / "film_video.js"
PAGE = """<video muted></video><script type="module">
import { FilmScreen } from "/film_video.js";
window.screen_of_film = new FilmScreen(document.querySelector("video"));
</script>"""
SECONDS = 6


@dataclass
class Films:
    """The same film at every address; those that have expired are refused."""

    film: Path
    expired: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        address = request.path_params["address"]
        self.asked.append(address)
        return Response(status_code=403) if address in self.expired else FileResponse(self.film)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", restless(SECONDS))


@pytest.fixture
def films(film: Path) -> Films:
    return Films(film)


@pytest.fixture
def page(films: Films, browser: Browser) -> Iterator[Page]:
    app = Starlette(
        routes=[
            Address("/", lambda _: HTMLResponse(PAGE)),
            Address("/film_video.js", lambda _: FileResponse(SCRIPT, media_type="text/javascript")),
            Address("/favicon.ico", lambda _: Response(status_code=204)),
            Address("/{address}", films.answer),
        ]
    )
    with serve(app) as address, browser.new_context() as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        opened.goto(address)
        opened.wait_for_function("window.screen_of_film")
        yield opened


def offer(page: Page, address: str) -> None:
    page.evaluate("(address) => screen_of_film.offer(address)", address)


def source(page: Page) -> str:
    return str(page.evaluate("document.querySelector('video').getAttribute('src')"))


def watch_until(page: Page, seconds: float) -> None:
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function(f"document.querySelector('video').currentTime > {seconds}")


def break_off(page: Page) -> None:
    """What the browser says when no more of the film comes."""
    page.evaluate("document.querySelector('video').dispatchEvent(new Event('error'))")


def test_a_film_that_nobody_has_begun_takes_each_new_address(page: Page) -> None:
    for address in ("first", "second"):
        offer(page, address)
        assert source(page) == address


def test_a_film_that_is_watched_keeps_its_address(page: Page) -> None:
    offer(page, "first")
    watch_until(page, 0.5)
    offer(page, "second")
    assert source(page) == "first"
    watch_until(page, 1.0)


def test_when_its_address_fails_it_goes_on_where_it_was_from_the_newest(page: Page) -> None:
    offer(page, "first")
    watch_until(page, 1.0)
    offer(page, "second")
    break_off(page)
    assert source(page) == "second"
    page.wait_for_function("!document.querySelector('video').paused")
    page.wait_for_function("document.querySelector('video').currentTime > 1.0")


def test_an_address_that_expired_before_it_was_begun_is_left_for_the_next(page: Page, films: Films) -> None:
    films.expired.add("first")
    offer(page, "first")
    page.wait_for_function("document.querySelector('video').error")
    offer(page, "second")
    watch_until(page, 0.2)
    assert films.asked[0] == "first"
    assert films.asked[-1] == "second"


def test_one_that_fails_with_no_newer_address_waits_for_it(page: Page) -> None:
    offer(page, "first")
    watch_until(page, 1.0)
    break_off(page)
    offer(page, "second")
    assert source(page) == "second"
    page.wait_for_function("document.querySelector('video').currentTime > 1.0")
