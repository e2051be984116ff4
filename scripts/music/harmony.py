"""Harmony: note names, chord symbols, and voice leading that moves as little as it can."""

import math
import re
from itertools import product

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "b": -1}
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "dim7": (0, 3, 6, 9),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "maj9": (0, 2, 4, 11),
    "m9": (0, 2, 3, 10),
}
UKULELE_STRINGS = (67, 60, 64, 69)


class Chord:
    """A chord symbol such as `Em7` or `A/C#`, as pitch classes with a bass note."""

    def __init__(self, symbol: str) -> None:
        upper, _, bass = symbol.partition("/")
        match = re.fullmatch(r"([A-G])([#b]?)(.*)", upper)
        if match is None or match[3] not in QUALITIES:
            raise ValueError(f"unknown chord symbol: {symbol}")
        self.symbol = symbol
        self.root = (STEPS[match[1]] + ACCIDENTALS[match[2]]) % 12
        self.tones = tuple((self.root + step) % 12 for step in QUALITIES[match[3]])
        self.bass = pitch_class(bass) if bass else self.root

    def fifth(self) -> int:
        """The pitch class that an alternating bass goes to: the fifth, or the root under a slash bass."""
        return self.root if self.bass != self.root else (self.root + 7) % 12


def pitch_class(name: str) -> int:
    return (STEPS[name[0]] + ACCIDENTALS[name[1:]]) % 12


def pitch(name: str) -> int:
    """The MIDI number of a note: `A4` is 69."""
    match = re.fullmatch(r"([A-G])([#b]?)(\d)", name)
    if match is None:
        raise ValueError(f"unknown note: {name}")
    return 12 * (int(match[3]) + 1) + STEPS[match[1]] + ACCIDENTALS[match[2]]


def frequency(midi: float) -> float:
    return 440.0 * math.pow(2.0, (midi - 69.0) / 12.0)


def nearest(tone: int, around: int) -> int:
    """The pitch of class `tone` that lies nearest to `around`."""
    return around + (tone - around + 6) % 12 - 6


def voicings(chords: list[Chord], low: int, high: int, voices: int) -> list[tuple[int, ...]]:
    """One close voicing for each chord between two pitches, each as near as can be to the one before."""
    result: list[tuple[int, ...]] = []
    previous: tuple[int, ...] | None = None
    for chord in chords:
        candidates = _candidates(chord, low, high, voices)
        target = previous or tuple(low + (high - low) * (i + 1) // (voices + 1) for i in range(voices))
        previous = min(candidates, key=lambda voicing: (_movement(voicing, target), voicing))
        result.append(previous)
    return result


def _candidates(chord: Chord, low: int, high: int, voices: int) -> list[tuple[int, ...]]:
    needed = set(_essential(chord, voices))
    pitches = [p for p in range(low, high + 1) if p % 12 in chord.tones]
    found = [v for v in _ascending(pitches, voices) if needed <= {p % 12 for p in v} and not _clashes(v)]
    if not found:
        raise ValueError(f"no voicing of {chord.symbol} in {voices} voices between {low} and {high}")
    return found


def _essential(chord: Chord, voices: int) -> tuple[int, ...]:
    """With few voices the bass keeps the root and the fifth is left out before the tones that colour."""
    if len(chord.tones) <= voices:
        return chord.tones
    colour = [tone for tone in chord.tones if tone not in (chord.root, (chord.root + 7) % 12)]
    return tuple(colour[:voices])


def _ascending(pitches: list[int], voices: int) -> list[tuple[int, ...]]:
    runs: list[tuple[int, ...]] = [(p,) for p in pitches]
    for _ in range(voices - 1):
        runs = [(*run, p) for run in runs for p in pitches if 0 < p - run[-1] <= 9]
    return runs


def _clashes(voicing: tuple[int, ...]) -> bool:
    return any((b - a) % 12 == 1 for i, a in enumerate(voicing) for b in voicing[i + 1 :])


def _movement(voicing: tuple[int, ...], target: tuple[int, ...]) -> int:
    return sum(abs(a - b) ** 2 for a, b in zip(voicing, target, strict=True))


def ukulele_voicing(chord: Chord) -> tuple[int, ...]:
    """The easiest grip within four frets on G C E A that sounds every tone of the chord, or most of them."""
    strings = [[s + f for f in range(5) if (s + f) % 12 in chord.tones] for s in UKULELE_STRINGS]
    grips = list(product(*strings))

    def difficulty(grip: tuple[int, ...]) -> tuple[int, int]:
        missing = len(set(chord.tones) - {p % 12 for p in grip})
        return missing, sum(p - s for p, s in zip(grip, UKULELE_STRINGS, strict=True))

    return min(grips, key=difficulty)
