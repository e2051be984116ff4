"""The player in a real browser: whatever the network does, a film that was begun plays on to its end."""

from asyncio import to_thread
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Gate

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route as Address

from tests.support.media import restless, write_video
from tests.support.processes import PATIENCE
from tests.support.server import serve

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

COMPONENTS = Path(__file__).resolve().parents[2] / "echoes" / "components"
PAGE = """<video></video><video></video><div></div><audio></audio><audio></audio><script type="module">
import { Engine } from "/player_engine.js";
const all = (name) => [...document.querySelectorAll(name)];
window.engine = new Engine({
  videos: all("video"), audios: all("audio"), veil: document.querySelector("div"),
  onChange: () => {}, onTime: () => {},
});
const shots = ["first", "second"].map((clip, number) => (
  { clip, clip_start: 0, clip_end: 3, film_start: 2 * number, film_end: 2 * number + 3 }
));
engine.load(
  { fps: 24, duration: 5, shots, transitions: [{ kind: "crossfade", start: 2, frames: 24 }] },
  { first: { src: "/first.mp4" }, second: { src: "/second.mp4" } },
);
</script>"""
CUT_SHORT = """() => {
  const [first] = engine.videos;
  first.play = () => {
    delete first.play;
    return Promise.reject(new DOMException("interrupted by a new load request", "AbortError"));
  };
  engine.play();
}"""
"""What a browser says when a pause or a new address comes before there was a picture to begin with."""
REFUSED = CUT_SHORT.replace("AbortError", "NotAllowedError")


@dataclass
class Clips:
    """The second one comes when the test lets it."""

    clip: Path
    second: Gate = field(default_factory=Gate)

    async def answer(self, request: Request) -> Response:
        if request.path_params["name"] == "second.mp4":
            await to_thread(self.second.wait, PATIENCE)
        return FileResponse(self.clip)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clip") / "clip.mp4", restless(3))


@pytest.fixture
def clips(clip: Path) -> Clips:
    return Clips(clip)


@pytest.fixture
def page(clips: Clips, browser: Browser) -> Iterator[Page]:
    app = Starlette(
        routes=[
            Address("/", lambda _: HTMLResponse(PAGE)),
            Address("/player_{part}.js", script),
            Address("/favicon.ico", lambda _: Response(status_code=204)),
            Address("/{name}", clips.answer),
        ]
    )
    with serve(app) as address, browser.new_context() as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        opened.goto(address)
        opened.wait_for_function("window.engine?.shots.length")
        yield opened
        clips.second.set()


def script(request: Request) -> Response:
    return FileResponse(COMPONENTS / f"player_{request.path_params['part']}.js", media_type="text/javascript")


def until(page: Page, what: str) -> None:
    page.wait_for_function(what)


def test_a_film_plays_through_its_transition_to_its_end(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate("engine.play()")
    until(page, "engine.index === 1")
    until(page, "!engine.isPlaying")
    assert page.evaluate("engine.time") == 5


def test_a_clip_that_is_late_delays_the_film_and_does_not_stop_it(page: Page, clips: Clips) -> None:
    page.evaluate("engine.play()")
    until(page, "engine.isWaiting")
    assert page.evaluate("[engine.isPlaying, engine.index]") == [True, 0]
    clips.second.set()
    until(page, "engine.index === 1 && !engine.isPlaying")
    assert page.evaluate("engine.time") == 5


def test_a_start_that_was_cut_short_does_not_stop_it(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(CUT_SHORT)
    assert page.evaluate("engine.isPlaying")
    page.evaluate("engine.videos[0].play()")
    until(page, "engine.index === 1 && !engine.isPlaying")
    assert page.evaluate("engine.time") == 5


def test_a_browser_that_refuses_to_play_is_not_kept_waiting_for(page: Page) -> None:
    page.evaluate(REFUSED)
    until(page, "!engine.isPlaying")
    assert page.evaluate("[engine.time, engine.isWaiting]") == [0, False]
