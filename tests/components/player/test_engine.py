"""Preview player in a real browser: whatever the network does, a film that was begun plays to its end."""

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

from compiler.timeline.layout import lay_out
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import gain_at
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track, Transition
from compiler.timeline.playback import played_sounds
from tests.components.player.engine_page import PAGE
from tests.support.media.samples import restless, write_sound, write_video
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.production import serve

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

COMPONENTS = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player"
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
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.path_params["name"])
        if request.path_params["name"] == "missing.mp4":
            return Response(status_code=404)
        if request.path_params["name"].endswith(".wav"):
            return FileResponse(self.clip.with_name("music.wav"))
        if request.path_params["name"] == "second.mp4":
            await to_thread(self.second.wait, PATIENCE)
        return FileResponse(self.clip)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    write_sound(folder / "music.wav", 8, "pcm_s16le")
    return write_video(folder / "clip.mp4", restless(3))


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
  marks: engine.layers.map(({ mark }) => Number(mark.style.opacity)),
  dark: Number(document.querySelector(".curtain").style.opacity),
  ground: engine.layers[0].element.style.background,
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


def test_a_mark_is_there_as_long_as_its_clip_is_alone_whatever_its_caption_does(page: Page) -> None:
    first = "{ caption_start: 0.5, caption_end: 1.75, mark_start: 0, mark_end: 2 }"
    page.evaluate(
        f"""engine.load(film({{ first: {first} }}), clips, "",
        [{{ src: "{DOT}", ground: "", mark: "{DOT}" }}, {{ src: "", ground: "", mark: "" }}])"""
    )
    seen = {}
    for frame in (0, 5, 20, 46, 47, 48):
        page.evaluate(f"engine.seekTo({frame} / 24)")
        seen[frame] = round(page.evaluate(SHOWN)["marks"][0], 3)
    fade = 11
    expected = {0: 1 / fade, 5: 6 / fade, 20: 1, 46: 2 / fade, 47: 1 / fade, 48: 0}
    assert seen == {frame: round(value, 3) for frame, value in expected.items()}
    page.evaluate("engine.load(film(), clips)")
    page.evaluate("engine.seekTo(20 / 24)")
    assert page.evaluate(SHOWN)["marks"] == [0, 0, 0, 0], "without one nothing is drawn"


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
    shown = page.evaluate(
        """() => {
          engine.seekTo(2.5);
          return [engine.index, engine.layers[0].shot.clip, engine.layers[1].shot.clip];
        }"""
    )
    assert shown == [0, "first", "second"]
    until(page, "engine.index === 1 && !engine.isPlaying")


def test_new_words_do_not_begin_the_film_anew(page: Page, clips: Clips) -> None:
    page.evaluate("engine.seekTo(1.5)")
    page.evaluate(
        f"""engine.load(film({{ first: {{ caption_start: 0.5, caption_end: 1.75 }} }}), clips, "",
        [{{ src: "{DOT}", ground: "" }}, {{ src: "", ground: "" }}])"""
    )
    assert page.evaluate("engine.time") == 1.5
    assert page.evaluate(SHOWN)["words"][0] > 0


def test_before_somebody_wants_to_play_only_a_still_is_fetched(page: Page, clips: Clips) -> None:
    clips.second.set()
    with page.expect_response("**/first.webp"):
        page.evaluate(
            """clips.first.poster = "/first.webp"; engine.load(film(), clips, {
            files: { music: "/music.wav" },
            sounds: [{ name: "music", lane: 0, start: 0, end: 5, at: 0, gain: [[0, 1]] }] })"""
        )
    assert set(clips.asked) == {"first.webp"}
    page.evaluate("engine.intend()")
    until(page, "engine.layers[1].shot && engine.layers[1].isLoaded")
    needed = {"first.webp", "first.mp4", "second.mp4", "music.wav"}
    wait_for(lambda: set(clips.asked) == needed, f"{needed} to be asked for")


def test_a_jump_shows_its_moment_and_fetches_no_more_than_that(page: Page, clips: Clips) -> None:
    page.evaluate("engine.seekTo(1.5)")
    until(page, "engine.layers[0].video.readyState >= 2 && engine.layers[0].video.currentTime === 1.5")
    assert set(clips.asked) == {"first.mp4"}


def test_a_light_clip_that_cannot_be_had_gives_way_to_the_full_one(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/missing.mp4"; clips.second.light = "/light.mp4"; engine.load(film(), clips);
        engine.play()"""
    )
    until(page, "engine.index === 1 && !engine.isPlaying")
    assert set(clips.asked) == {"missing.mp4", "first.mp4", "light.mp4"}


def test_a_clip_that_is_shown_twice_gives_way_on_both_layers(page: Page) -> None:
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/light.mp4"; engine.load(film({ second: { clip: "first" } }), clips);
        engine.seekTo(2.5);
        for (const { video } of engine.layers.slice(0, 2)) video.dispatchEvent(new Event("error"))"""
    )
    taken = page.evaluate("engine.layers.slice(0, 2).map(({ video }) => video.getAttribute('src'))")
    assert taken == ["/first.mp4", "/first.mp4"]


def test_a_player_that_is_gone_fetches_nothing_more(page: Page) -> None:
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/light.mp4"; engine.load(film(), clips); engine.seekTo(1); engine.stop();
        engine.layers[0].video.dispatchEvent(new Event("error"))"""
    )
    assert page.evaluate("engine.layers[0].video.getAttribute('src')") is None


def test_what_fills_the_screen_becomes_full_where_it_stands(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { downlink: 10 } });
        clips.first.light = clips.second.light = "/light.mp4"; engine.load(film(), clips);
        engine.layers[0].element.style.cssText = "width: 390px; height: 219px"; engine.seekTo(1)"""
    )
    assert page.evaluate("engine.layers[0].video.getAttribute('src')") == "/light.mp4"
    page.evaluate("engine.intend(); engine.layers[0].element.style.cssText = ''; engine.resize(true)")
    until(page, "engine.layers[0].video.readyState >= 2 && engine.layers[0].video.currentTime === 1")
    shown = page.evaluate("[engine.time, engine.layers[0].video.getAttribute('src')]")
    assert shown == [1, "/first.mp4"]


WATCHED = """() => new Promise((done) => {
  const seen = [];
  const look = () => {
    const { time, sound } = engine;
    const playing = sound.elements.map(({ paused }) => !paused);
    if (sound.elements[0].currentTime > 0) seen.push([time, sound.gains, playing]);
    if (engine.isPlaying) requestAnimationFrame(look);
    else done(seen);
  };
  engine.play();
  look();
})"""


def test_the_sound_is_as_loud_as_the_layout_says(page: Page, clips: Clips) -> None:
    """With a fade, ducking, two tracks, and a voice that is louder than its file."""
    clips.second.set()
    music = Soundtrack("one", volume=0.8, fade_out=1.0, duration=2.5, further=(Track("two", duration=8.0),))
    shots = (Shot("first", 72), Shot("second", 72, audio="voice"))
    timeline = Timeline(shots, (Transition("crossfade", 24),), music)
    speaking = SoundLevels(-25.0, moments=(-90,) * 50 + (-20,) * 50 + (-90,) * 50)
    sounds = played_sounds(timeline, lay_out(timeline), {"voice": speaking})
    files = dict.fromkeys(("one", "two", "voice"), "/music.wav")
    page.evaluate(
        "([sounds, files]) => engine.load(film(), clips, { files, sounds })",
        [[sound.to_json() for sound in sounds], files],
    )
    watched = page.evaluate(WATCHED)
    assert len(watched) > 20
    lanes = set()
    for time, gains, playing in watched:
        for sound in sounds:
            if sound.start + 0.2 < time < sound.end - 0.2 and playing[sound.lane]:
                around = [gain_at(sound.gain, time + shift / 20) for shift in range(-3, 4)]
                assert min(around) - 0.06 <= gains[sound.lane] <= max(around) + 0.06, (time, sound.name)
                lanes.add(sound.lane)
    assert lanes == {0, 1, 2}
    assert max(gains[2] for _, gains, _ in watched) > 2, "louder than an element alone can be"
