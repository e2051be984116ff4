"""Loudness measurement (EBU R 128): loudness and true peak of a track, measured once."""

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.audio.loudness import digest_of, loudness_of, measure
from compiler.audio.samples import RATE
from compiler.timeline.levels import music_gain
from tests.compiler.conftest import WriteSound
from tests.compiler.mixes import tone

Wave = NDArray[np.float64]


def quarter_rate(seconds: float, volume: float) -> Wave:
    """A wave whose every sound lies 3 dB below its peaks, which are all between them."""
    times = np.arange(round(seconds * RATE))
    wave = volume * np.sin(np.pi / 2 * times + np.pi / 4) * np.sin(np.pi * times / len(times)) ** 2
    return np.tile(wave, (2, 1))


def with_click(second: float) -> Wave:
    sounds = tone(440, 3, 0.1)
    sounds[0, round(second * RATE)] = 0.8
    return sounds


def test_a_tone_in_both_channels_is_as_loud_as_the_recommendation_says(write_sound: WriteSound) -> None:
    assert measure(write_sound("tone.wav", tone(997, 10, 0.1))).integrated == pytest.approx(-20, abs=0.1)


def test_peaks_between_the_sounds_are_found(write_sound: WriteSound) -> None:
    sounds = quarter_rate(3, 0.8)
    found = measure(write_sound("high.wav", sounds)).peak
    assert 20 * math.log10(np.abs(sounds).max()) < -4.9
    assert found == pytest.approx(20 * math.log10(0.8), abs=0.1)


@pytest.mark.parametrize("second", [0.0, 0.9999, 1.0, 1.5, 2.99998])
def test_a_peak_is_found_wherever_it_is(write_sound: WriteSound, second: float) -> None:
    found = measure(write_sound("click.wav", with_click(second))).peak
    assert found == pytest.approx(20 * math.log10(0.8), abs=0.6)


def test_silence_has_neither(write_sound: WriteSound) -> None:
    silent = measure(write_sound("silence.wav", np.zeros((2, RATE))))
    assert silent.integrated < -60
    assert silent.peak == -math.inf
    assert music_gain(silent.levels()) == 1.0


def test_loudness_is_measured_once(write_sound: WriteSound, tmp_path: Path) -> None:
    music = write_sound("music.wav", tone(997, 3))
    digest = digest_of(music)
    first = loudness_of(music, digest, tmp_path)
    music.unlink()
    assert loudness_of(music, digest, tmp_path) == first
