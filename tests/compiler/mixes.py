"""The mix of a film before it is encoded, and measures of it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.mixing import mix_of
from compiler.audio.samples import RATE, Samples
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Soundtrack, Timeline

FRAMES = 24 * 12


def tone(pitch: float, seconds: float, volume: float = 0.3) -> NDArray[np.float64]:
    times = np.arange(round(seconds * RATE)) / RATE
    return np.tile(volume * np.sin(2 * np.pi * pitch * times), (2, 1))


def mixed(soundtrack: Soundtrack | None, folder: Path, *shots: Shot) -> Samples:
    """What a film of twelve seconds sounds like before it is encoded."""
    timeline = Timeline(shots or (Shot("silent.mp4", frames=FRAMES),), soundtrack=soundtrack)
    mix = mix_of(timeline, lay_out(timeline), folder)
    assert mix is not None
    return mix.reader().read(mix.length + 1)


def plain(path: Path, seconds: float, **others: object) -> Soundtrack:
    settings = {"normalise": False, "fade_out": 0.0, "duration": seconds} | others
    return Soundtrack(str(path), **settings)  # type: ignore[arg-type]


def level(sounds: Samples, start: float, end: float) -> float:
    part = sounds[:, round(start * RATE) : round(end * RATE)]
    return float(np.sqrt(np.mean(np.square(part))))


def pitch_at(sounds: Samples, second: float) -> float:
    part = sounds[0, round(second * RATE) : round(second * RATE) + RATE // 2]
    return float(np.argmax(np.abs(np.fft.rfft(part)))) * 2
