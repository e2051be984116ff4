"""Preview player in a real browser: whatever the network does, a film that was begun plays to its end."""

import pytest
from playwright.sync_api import Page

from compiler.timeline.layout import lay_out
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import gain_at
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track, Transition
from compiler.timeline.playback import played_sounds
from tests.components.player.engine_page import Clips, until

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

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
