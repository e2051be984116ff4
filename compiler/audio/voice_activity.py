"""Voice activity: how loud a clip's own sound is, on the whole and from moment to moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.audio.loudness import TARGET, measure
from compiler.audio.measurements import kept
from compiler.audio.samples import RATE, SampleReader, decode_samples

MOMENT = RATE // 50
MOST_RAISED = 12.0
_SILENT_BELOW = -50.0
_FAINTEST = -120
_VERSION = 1


@dataclass(frozen=True)
class VoiceLoudness:
    """Loudness in LUFS; `moments` are levels of `MOMENT` sounds each, in decibels below full scale."""

    integrated: float
    moments: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", tuple(int(level) for level in self.moments))

    @property
    def gain(self) -> float:
        """The factor that brings a voice to the music's loudness. What is nearly silent is left so.

        Peaks do not hold it back: those of the whole mix are held down later.
        """
        if self.integrated < _SILENT_BELOW:
            return 1.0
        return float(10 ** (min(TARGET - self.integrated, MOST_RAISED) / 20))


def loudness_of_voice(path: Path, digest: str, folder: Path) -> VoiceLoudness:
    """Measured, or what an earlier measurement of the same content left in `folder`."""
    place = folder / f"{digest}-{_VERSION}.voice"
    return kept(
        place,
        VoiceLoudness,
        lambda: VoiceLoudness(measure(path).integrated, tuple(_moments(path))),
    )


def _moments(path: Path) -> Iterator[int]:
    reader = SampleReader(decode_samples(path))
    while (sounds := reader.read(MOMENT)).shape[1]:
        strongest = float(np.square(sounds).mean(axis=1).max())
        yield max(_FAINTEST, round(10 * np.log10(max(strongest, 1e-12))))
