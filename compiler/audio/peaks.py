"""Waveform peaks of a track: its loudest sample in each of equal stretches, for drawing."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.samples import RATE, SampleReader, decode_samples
from compiler.results import Peaks

COUNT = 400
_STEP = RATE // 100


def find_peaks(music: Path | str) -> Peaks:
    """`COUNT` values from 0 (silence) to 1 (full scale), each of the same part of the track."""
    steps = _steps(Path(music))
    if not len(steps):
        return Peaks((0.0,) * COUNT)
    edges = np.arange(COUNT + 1) * len(steps) / COUNT
    spans = zip(edges[:-1].astype(int), np.ceil(edges[1:]).astype(int), strict=True)
    return Peaks(tuple(round(min(1.0, float(steps[first:last].max())), 3) for first, last in spans))


def _steps(music: Path) -> NDArray[np.float32]:
    """The loudest sample of each hundredth of a second."""
    reader, found = SampleReader(decode_samples(music)), []
    while (block := reader.read(RATE)).shape[1]:
        loudest = np.abs(block).max(axis=0)
        found.append(np.maximum.reduceat(loudest, np.arange(0, len(loudest), _STEP)))
    return np.concatenate(found) if found else np.zeros(0, np.float32)
