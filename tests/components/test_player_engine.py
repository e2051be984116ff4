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
PAGE = """<style>.layer {position: absolute; inset: 0} video, img {position: absolute; width: 100%}</style>
<div class="layer"><video></video><img></div><div class="layer"><video></video><img></div>
<div class="veil"></div><div class="curtain"></div><audio></audio><audio></audio><script type="module">
import { Engine } from "/player_engine.js";
const one = (name) => document.querySelector(name), all = (name) => [...document.querySelectorAll(name)];
const layers = all(".layer").map((element) => (
  { element, video: element.querySelector("video"), words: element.querySelector("img") }
));
window.engine = new Engine({
  layers, audios: all("audio"), veil: one(".veil"), curtain: one(".curtain"),
  onChange: () => {}, onTime: () => {},
});
window.film = ({ first = {}, second = {}, ...others } = {}) => ({
  fps: 24, frames: 120, duration: 5, fade_in_frames: 0, fade_out_frames: 0, shots: [first, second].map(
    (shot, number) => ({
      clip: ["first", "second"][number], clip_start: 0, clip_end: 3, caption_start: 0, caption_end: 0,
      film_start: 2 * number, film_end: 2 * number + 3,
      film_start_frame: 48 * number, film_end_frame: 48 * number + 72, ...shot,
    })
  ), transitions: [{ kind: "crossfade", start: 2, frames: 24 }], ...others,
});
window.clips = { first: { src: "/first.mp4" }, second: { src: "/second.mp4" } };
engine.load(film(), clips);
</script>"""
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
CUT_SHORT = """() => {
  const { video: first } = engine.layers[0];
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
    page.evaluate("engine.layers[0].video.play()")
    until(page, "engine.index === 1 && !engine.isPlaying")
    assert page.evaluate("engine.time") == 5


def test_a_browser_that_refuses_to_play_is_not_kept_waiting_for(page: Page) -> None:
    page.evaluate(REFUSED)
    until(page, "!engine.isPlaying")
    assert page.evaluate("[engine.time, engine.isWaiting]") == [0, False]


SHOWN = """() => ({
  words: engine.layers.map(({ words }) => Number(words.style.opacity)),
  dark: Number(engine.curtain.style.opacity), ground: engine.layers[0].element.style.background,
})"""


def test_a_card_plays_without_a_video_and_gives_way_to_the_clip_behind_it(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(
        f"""engine.load(film({{ first: {{ clip: null, text: "Summer" }} }}), clips, "",
        [{{ src: "{DOT}", ground: "#181715" }}, {{ src: "", ground: "" }}])"""
    )
    still = page.evaluate(SHOWN)
    assert (still["words"][0], still["ground"]) == (1, "rgb(24, 23, 21)")
    page.evaluate("engine.play()")
    until(page, "engine.index === 1")
    until(page, "!engine.isPlaying")
    assert page.evaluate("engine.time") == 5


def test_a_caption_is_there_in_its_time_and_fades_as_in_the_film(page: Page) -> None:
    page.evaluate(
        f"""engine.load(film({{ first: {{ caption_start: 0.5, caption_end: 1.75 }} }}), clips, "",
        [{{ src: "{DOT}", ground: "" }}, {{ src: "", ground: "" }}])"""
    )
    seen = {}
    for frame in (0, 11, 12, 16, 30, 41, 42):
        page.evaluate(f"engine.seekTo({frame} / 24)")
        seen[frame] = round(page.evaluate(SHOWN)["words"][0], 3)
    fade = 11
    expected = {0: 0, 11: 0, 12: 1 / fade, 16: 5 / fade, 30: 1, 41: 1 / fade, 42: 0}
    assert seen == {frame: round(value, 3) for frame, value in expected.items()}


def test_a_film_comes_out_of_black_and_goes_into_it(page: Page) -> None:
    page.evaluate("engine.load(film({ fade_in_frames: 11, fade_out_frames: 23 }), clips)")
    assert page.evaluate(SHOWN)["dark"] == 0, "before it is begun its picture is there to be looked at"
    seen = []
    for frame in (1, 5, 11, 60, 97, 108, 119):
        page.evaluate(f"engine.seekTo({frame} / 24)")
        seen.append(round(1 - page.evaluate(SHOWN)["dark"], 3))
    assert seen == [round(value, 3) for value in (2 / 12, 6 / 12, 1, 1, 23 / 24, 12 / 24, 1 / 24)]


def test_a_moment_within_a_transition_shows_both_shots(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate("engine.play()")
    page.evaluate("engine.seekTo(2.5)")
    assert page.evaluate("[engine.index, engine.layers[0].shot.clip, engine.layers[1].shot.clip]") == [
        0, "first", "second",
    ]  # fmt: skip
    until(page, "engine.index === 1 && !engine.isPlaying")


def test_new_words_do_not_begin_the_film_anew(page: Page, clips: Clips) -> None:
    page.evaluate("engine.seekTo(1.5)")
    page.evaluate(
        f"""engine.load(film({{ first: {{ caption_start: 0.5, caption_end: 1.75 }} }}), clips, "",
        [{{ src: "{DOT}", ground: "" }}, {{ src: "", ground: "" }}])"""
    )
    assert page.evaluate("engine.time") == 1.5
    assert page.evaluate(SHOWN)["words"][0] > 0
