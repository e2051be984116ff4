"""Several tracks as one stream of samples: exact positions, equal loudness, pieces that stay cached."""

from pathlib import Path

import numpy as np
import pytest

from compiler.audio.mixing import Mix, mix_of
from compiler.audio.samples import RATE, Samples
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track
from tests.compiler.conftest import WriteSound
from tests.compiler.mixes import level, pitch_at, tone


def mix(soundtrack: Soundtrack, seconds: int, folder: Path) -> Mix:
    timeline = Timeline((Shot("a", frames=24 * seconds),), soundtrack=soundtrack)
    made = mix_of(timeline, lay_out(timeline), folder)
    assert made is not None
    return made


def heard(soundtrack: Soundtrack, seconds: int, folder: Path) -> Samples:
    made = mix(soundtrack, seconds, folder)
    sounds = made.reader().read(made.length + 1)
    assert sounds.shape[1] == made.length
    return sounds


@pytest.fixture
def low(write_sound: WriteSound) -> Path:
    return write_sound("low.wav", tone(200, 8))


@pytest.fixture
def high(write_sound: WriteSound) -> Path:
    return write_sound("high.wav", tone(500, 8))


def both(low: Path, high: Path, **choices: object) -> Soundtrack:
    settings = {"fade_out": 0.0, "normalise": False} | choices
    further = (Track(str(high), duration=8.0),)
    return Soundtrack(str(low), duration=8.0, further=further, **settings)  # type: ignore[arg-type]


def test_one_plays_after_the_other_and_both_in_between(low: Path, high: Path, tmp_path: Path) -> None:
    sounds = heard(both(low, high), 14, tmp_path)
    assert (pitch_at(sounds, 3), pitch_at(sounds, 10)) == (200, 500)
    levels = [level(sounds, second, second + 0.25) for second in np.arange(0, 13.5, 0.25)]
    assert levels == pytest.approx([0.3 / np.sqrt(2)] * len(levels), rel=0.03), (
        "a crossfade keeps the loudness"
    )


def test_they_are_repeated_in_turn(low: Path, high: Path, tmp_path: Path) -> None:
    sounds = heard(both(low, high), 30, tmp_path)
    assert [pitch_at(sounds, second) for second in (3, 9, 15, 21, 27)] == [200, 500, 200, 500, 200]


def test_each_is_brought_to_the_same_loudness(write_sound: WriteSound, high: Path, tmp_path: Path) -> None:
    faint = write_sound("faint.wav", tone(200, 8, 0.05))
    sounds = heard(both(faint, high, normalise=True), 14, tmp_path)
    assert level(sounds, 2, 5) == pytest.approx(level(sounds, 9, 12), rel=0.1)


def test_a_track_that_is_shorter_than_it_says_is_silent_at_its_end(
    write_sound: WriteSound, high: Path, tmp_path: Path
) -> None:
    short = write_sound("short.wav", tone(200, 4))
    sounds = heard(both(short, high), 14, tmp_path)
    assert level(sounds, 4.5, 5.5) == 0
    assert pitch_at(sounds, 10) == 500


def test_another_second_track_leaves_the_pieces_before_it_as_they_were(
    low: Path, high: Path, write_sound: WriteSound, tmp_path: Path
) -> None:
    """The description of a part is the key of its coded piece."""
    other = write_sound("other.wav", tone(700, 8))
    first, second = (mix(both(low, second), 14, tmp_path) for second in (high, other))
    same = [
        first.description(at * RATE, (at + 1) * RATE) == second.description(at * RATE, (at + 1) * RATE)
        for at in range(14)
    ]
    assert same == [True] * 5 + [False] * 9
