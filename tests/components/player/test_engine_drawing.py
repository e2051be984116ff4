"""Preview player in a real browser: cards, captions, marks, fades and transitions as the film has them."""

import pytest
from playwright.sync_api import Page

from tests.components.player.engine_page import Clips, until

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
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
