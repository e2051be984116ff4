"""Measured levels of sounds, and the gain that brings each to the film's loudness (EBU R 128)."""

import math
from dataclasses import dataclass
from typing import Any, Self

from compiler.errors import BadRequest
from compiler.timeline.fields import Fields

TARGET = -16.0
"""In LUFS: music, and clips' own sound."""
HIGHEST_PEAK = -1.0
MOST_RAISED = 12.0
"""In decibels: how much a clip's own sound is raised at most."""
_SILENT_MUSIC, _SILENT_VOICE = -60.0, -50.0
_LOUDNESSES = -200.0, 100.0


@dataclass(frozen=True, slots=True)
class SoundLevels:
    """Integrated loudness in LUFS and the true peak in dBTP, None for silence or where they are not known;
    `moments` are the levels in decibels of each fiftieth of a second (`mix.MOMENT`)."""

    loudness: float | None = None
    peak: float | None = None
    moments: tuple[int, ...] = ()


UNKNOWN = SoundLevels()


@dataclass(frozen=True, slots=True)
class MeasuredMusic:
    """Levels of a track by its name or file, as a measurement of the same file found them."""

    music: str
    loudness: float
    peak: float

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        given = Fields(value, where)
        music = given.text("music")
        loudness = given.optional_number("loudness", *_LOUDNESSES)
        peak = given.optional_number("peak", *_LOUDNESSES)
        given.finish()
        if loudness is None or peak is None:
            raise BadRequest(f"{where} must say loudness and peak.")
        return cls(music, loudness, peak)

    def levels(self) -> SoundLevels:
        return SoundLevels(self.loudness, self.peak)


def music_gain(levels: SoundLevels, volume: float = 1.0) -> float:
    """The factor that brings a track to the target, or as near as its peaks allow."""
    if levels.loudness is None or levels.loudness < _SILENT_MUSIC:
        return 1.0
    wanted = TARGET - levels.loudness
    peak = -math.inf if levels.peak is None else levels.peak
    allowed = HIGHEST_PEAK - peak - 20 * math.log10(max(volume, 1.0))
    return float(10 ** (min(wanted, allowed) / 20))


def voice_gain(levels: SoundLevels) -> float:
    """The factor that brings a voice to the music's loudness. What is nearly silent is left so.

    Peaks do not hold it back: those of the whole mix are held down later.
    """
    if levels.loudness is None or levels.loudness < _SILENT_VOICE:
        return 1.0
    return float(10 ** (min(TARGET - levels.loudness, MOST_RAISED) / 20))
