"""Waveform peaks: where a track is loud, for drawing."""

import numpy as np
import pytest

from compiler.audio.peaks import COUNT, find_peaks
from compiler.audio.samples import RATE
from tests.compiler.conftest import WriteSound


@pytest.mark.parametrize("seconds", [0.05, 3.0, 7.7])
def test_peaks_rise_where_the_track_does(write_sound: WriteSound, seconds: float) -> None:
    count = int(seconds * RATE)
    sound = np.full((2, count), 0.1, np.float32)
    sound[1, count // 2 :] = -0.8
    peaks = np.array(find_peaks(write_sound("steps.wav", sound)).peaks)
    assert len(peaks) == COUNT
    around = COUNT // 20 if seconds > 1 else COUNT // 4
    assert peaks[: COUNT // 2 - around] == pytest.approx(0.1, abs=0.01)
    assert peaks[COUNT // 2 + around :] == pytest.approx(0.8, abs=0.01)


def test_silence_has_no_peaks(write_sound: WriteSound) -> None:
    assert set(find_peaks(write_sound("silence.wav", np.zeros((2, RATE)))).peaks) == {0.0}
