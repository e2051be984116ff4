"""Beat tracking: beats are found where they were put, and cuts move onto them."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.audio.beats import find_beats
from compiler.audio.samples import RATE
from compiler.timeline.beat_alignment import snap_to_beats
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Soundtrack, Timeline, Transition
from tests.compiler.conftest import WriteSound

SECONDS = 30
BUNDLED = Path(__file__).parents[3] / "assets" / "music"
FIRST = 0.37


def drums(
    beats: NDArray[np.float64], generator: np.random.Generator, metre: int = 4, pickup: int = 0
) -> NDArray[np.float64]:
    """A bass drum on the first of a bar, a snare on every other beat, a cymbal between the beats."""
    sounds = generator.normal(0, 0.005, SECONDS * RATE + RATE)
    times = np.arange(RATE // 4) / RATE
    for number, beat in enumerate(beats):
        strength = 0.8 if (number - pickup) % metre == 0 else 0.2
        hit = strength * np.sin(2 * np.pi * (50 + 60 * np.exp(-30 * times)) * times) * np.exp(-14 * times)
        if (number - pickup) % metre % 2:
            hit += 0.25 * generator.normal(size=len(times)) * np.exp(-40 * times)
        start = round(beat * RATE)
        sounds[start : start + len(times)] += hit
        between = round((beat + (beats[1] - beats[0]) / 2) * RATE)
        cymbal = 0.06 * generator.normal(size=2000) * np.exp(-np.arange(2000) / 500)
        sounds[between : between + 2000] += cymbal
    return np.clip(sounds, -1, 1)[None, : SECONDS * RATE]


@pytest.mark.parametrize("tempo", [66, 90, 120, 140])
def test_beats_and_downbeats_are_found_to_ten_milliseconds(tempo: int, write_sound: WriteSound) -> None:
    beats = np.arange(FIRST, SECONDS - 0.3, 60 / tempo)
    found = find_beats(write_sound("drums.wav", drums(beats, np.random.default_rng(tempo))))
    assert found.tempo == pytest.approx(tempo, rel=0.005)
    missed = np.abs(beats[:, None] - np.array(found.beats)[None]).min(axis=1)
    assert (missed < 0.01).mean() > 0.95
    invented = np.abs(np.array(found.beats)[:, None] - beats[None]).min(axis=1)
    assert (invented < 0.01).mean() > 0.95
    first_of_bar = np.abs(np.array(found.downbeats)[:, None] - beats[::4][None]).min(axis=1)
    assert (first_of_bar < 0.01).mean() > 0.9


@pytest.mark.parametrize(("metre", "pickup"), [(3, 0), (3, 1), (3, 2), (4, 1), (4, 3)])
def test_bars_of_three_and_of_four_are_told_apart_and_a_pickup_is_none(
    metre: int, pickup: int, write_sound: WriteSound
) -> None:
    beats = np.arange(FIRST, SECONDS - 0.3, 0.6)
    waltz = drums(beats, np.random.default_rng(metre), metre, pickup)
    found = find_beats(write_sound("waltz.wav", waltz))
    assert found.beats_per_bar == metre
    assert found.downbeats[:5] == pytest.approx(beats[pickup::metre][:5], abs=0.02)


TRUTH = {entry["id"]: entry for entry in json.loads((BUNDLED / "tracks.json").read_text())}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TRUTH.keys() - {"quiet"}))
def test_bars_of_the_bundled_music_are_found(name: str) -> None:
    """They were written to these beats. The quiet piece has none that anybody would tap to."""
    entry = TRUTH[name]
    found = find_beats(BUNDLED / entry["file"])
    assert found.beats_per_bar == entry["beats_per_bar"]
    bar = entry["beats_per_bar"] * 60 / entry["tempo"]
    bars = (np.array(found.downbeats) - entry["first_beat"]) / bar
    assert (np.abs(bars - np.round(bars)) * bar < 0.05).mean() > 0.95


def test_beats_that_waver_are_followed(write_sound: WriteSound) -> None:
    generator = np.random.default_rng(8)
    beats = np.cumsum(0.55 + 0.02 * np.sin(np.arange(52) / 6)) - 0.2
    found = np.array(find_beats(write_sound("drums.wav", drums(beats, generator))).beats)
    missed = np.abs(beats[beats < SECONDS - 1][:, None] - found[None]).min(axis=1)
    assert (missed < 0.02).mean() > 0.95


def test_silence_has_no_beats(write_sound: WriteSound) -> None:
    assert find_beats(write_sound("silence.wav", np.zeros((2, 10 * RATE)))).beats == ()


def test_a_sound_too_short_has_no_beats(write_sound: WriteSound) -> None:
    assert find_beats(write_sound("short.wav", np.ones((1, 1000)) * 0.5)).beats == ()


def test_found_beats_are_what_cuts_move_onto(write_sound: WriteSound) -> None:
    beats = np.arange(FIRST, SECONDS - 0.3, 0.5)
    music = write_sound("drums.wav", drums(beats, np.random.default_rng(3)))
    shots = tuple(Shot(f"{number}.mp4", frames=140, end=120) for number in range(5))
    timeline = Timeline(shots, (Transition("crossfade", 12),), Soundtrack(str(music), start=2.0))
    snapped = snap_to_beats(timeline, find_beats(music).beats, tolerance=0.3)
    for transition in lay_out(snapped).transitions:
        middle = (transition.start + transition.frames / 2) / 24 + 2.0
        assert np.abs(beats - middle).min() < 0.04
