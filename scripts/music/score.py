"""Score: notes on a beat grid, and the short notation that the pieces are written in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scripts.music.harmony import Chord, pitch

Sound = NDArray[np.float64]
Instrument = Callable[["Note", float, np.random.Generator], Sound]


@dataclass(frozen=True, slots=True)
class Note:
    """A note in beats from the start of the piece."""

    start: float
    length: float
    pitch: int
    velocity: float = 0.6


@dataclass(frozen=True)
class Part:
    """One player: what it plays, on what, and where it sits in the room."""

    name: str
    instrument: Instrument
    notes: tuple[Note, ...]
    gain: float = 1.0
    pan: float = 0.0
    reverb: float = 0.3
    chorus: float = 0.0
    looseness: float = 0.007
    """Standard deviation of the player's timing, in seconds."""
    pitched: bool = True


@dataclass(frozen=True)
class Room:
    """The reverberation of a piece: seconds to decay by 60 dB, low, middle and high."""

    low: float = 2.2
    middle: float = 1.9
    high: float = 0.9
    before: float = 0.02
    level: float = 1.0


@dataclass(frozen=True)
class Piece:
    identifier: str
    title: str
    mood: str
    tempo: float
    beats_per_bar: int
    bars: int
    parts: tuple[Part, ...]
    tail: float
    """Seconds after the last bar in which the last chord rings out."""
    room: Room = field(default_factory=Room)
    seed: int = 1
    warmth: float = 9000.0
    """Where the master's gentle low-pass begins, in hertz."""

    @property
    def duration(self) -> float:
        return self.bars * self.beats_per_bar * 60.0 / self.tempo + self.tail


@dataclass(frozen=True, slots=True)
class Harmony:
    """One chord in its place on the beat grid."""

    start: float
    length: float
    chord: Chord


def harmonies(text: str, beats_per_bar: int) -> list[Harmony]:
    """Reads `D | A/C# | Em7 A7`: bars parted by bars, chords that share a bar share it evenly."""
    result = []
    for bar, symbols in enumerate(text.split("|")):
        chords = symbols.split()
        length = beats_per_bar / len(chords)
        result += [Harmony(bar * beats_per_bar + i * length, length, Chord(s)) for i, s in enumerate(chords)]
    return result


def melody(text: str, beats_per_bar: int, velocity: float = 0.6) -> tuple[Note, ...]:
    """Reads `F#5:1.5 r:.5 A5:2 | …`: pitch and beats, `r` rests; every bar has to be full."""
    notes = []
    for bar, words in enumerate(text.split("|")):
        position = 0.0
        for word in words.split():
            name, _, beats = word.partition(":")
            length = float(beats)
            if name != "r":
                accent = 1.06 if position == 0 else 0.97 if position % 1 else 1.0
                start = bar * beats_per_bar + position
                notes.append(Note(start, length, pitch(name), velocity * accent))
            position += length
        if abs(position - beats_per_bar) > 1e-9:
            raise ValueError(f"bar {bar + 1} has {position} beats, not {beats_per_bar}: {words.strip()}")
    return tuple(notes)


def shift(
    notes: Iterable[Note], beats: float = 0.0, semitones: int = 0, louder: float = 1.0
) -> tuple[Note, ...]:
    """The same notes elsewhere: later, transposed, louder or softer."""
    return tuple(
        replace(n, start=n.start + beats, pitch=n.pitch + semitones, velocity=min(1.0, n.velocity * louder))
        for n in notes
    )


def phrase(notes: Iterable[Note], beats: float, depth: float = 0.18) -> tuple[Note, ...]:
    """Lets every phrase of so many beats swell to its middle and fall back, as breath does."""

    def shaped(note: Note) -> Note:
        arc = np.sin(np.pi * (note.start % beats + 0.5) / (beats + 1.0))
        return replace(note, velocity=float(note.velocity * (1.0 - depth + depth * arc)))

    return tuple(shaped(note) for note in notes)


def fade(notes: Iterable[Note], start: float, end: float, final: float = 0.6) -> tuple[Note, ...]:
    """Softens the notes from beat `start` on, down to `final` of their velocity at beat `end`."""

    def softened(note: Note) -> Note:
        share = min(1.0, max(0.0, (note.start - start) / (end - start)))
        return replace(note, velocity=note.velocity * (1.0 - (1.0 - final) * share))

    return tuple(softened(note) for note in notes)


def linger(notes: Iterable[Note], end: float, beats: float) -> tuple[Note, ...]:
    """Lets the notes that sound until the end of the piece ring on for some beats more."""
    return tuple(
        replace(n, length=n.length + beats) if n.start + n.length >= end - 1e-6 else n for n in notes
    )


def clashes(piece: Piece, shortest: float = 0.75) -> list[tuple[str, Note, str, Note]]:
    """Pairs of notes that grind: a semitone or minor ninth that sounds together longer than a passing note.

    A major seventh (the lower voice a semitone *below* the octave of the upper) is harmony and allowed.
    """
    sounding = sorted(
        ((part.name, note) for part in piece.parts if part.pitched for note in part.notes),
        key=lambda pair: pair[1].start,
    )
    found = []
    for index, (name, note) in enumerate(sounding):
        for other_name, other in sounding[index + 1 :]:
            if other.start >= note.start + note.length:
                break
            together = min(note.start + note.length, other.start + other.length) - other.start
            upper, lower = max(note.pitch, other.pitch), min(note.pitch, other.pitch)
            if together >= shortest and (upper - lower) % 12 == 1:
                found.append((name, note, other_name, other))
    return found
