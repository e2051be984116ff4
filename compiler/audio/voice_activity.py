"""Voice activity: how loud a clip's own sound is, on the whole and from moment to moment."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.audio.loudness import measure
from compiler.audio.measurements import kept
from compiler.audio.samples import SampleReader, decode_samples
from compiler.results import VoiceLevels
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import MOMENT

_FAINTEST = -120
_VERSION = 1


@dataclass(frozen=True)
class VoiceLoudness:
    """Loudness in LUFS; `moments` are levels of `MOMENT` samples each, in decibels below full scale."""

    integrated: float
    moments: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", tuple(int(level) for level in self.moments))

    def levels(self) -> SoundLevels:
        loudness = self.integrated if math.isfinite(self.integrated) else None
        return SoundLevels(loudness, moments=self.moments)

    def result(self) -> VoiceLevels:
        return VoiceLevels(self.levels().loudness, self.moments)


def measure_voice(path: Path) -> VoiceLoudness:
    return VoiceLoudness(measure(path).integrated, tuple(_moments(path)))


def loudness_of_voice(path: Path, digest: str, folder: Path) -> VoiceLoudness:
    """Measured, or what an earlier measurement of the same content left in `folder`."""
    return kept(folder / f"{digest}-{_VERSION}.voice", VoiceLoudness, lambda: measure_voice(path))


def _moments(path: Path) -> Iterator[int]:
    reader = SampleReader(decode_samples(path))
    while (sounds := reader.read(MOMENT)).shape[1]:
        strongest = float(np.square(sounds).mean(axis=1).max())
        yield max(_FAINTEST, round(10 * np.log10(max(strongest, 1e-12))))
