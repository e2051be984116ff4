"""Accompaniment patterns: left hand of a piano, strumming and strings, from chord symbols."""

from collections.abc import Sequence

from scripts.music.harmony import nearest, ukulele_voicing, voicings
from scripts.music.score import Harmony, Note


def bass_notes(chords: Sequence[Harmony], around: int, velocity: float) -> tuple[Note, ...]:
    """The bass of every chord, held for its whole length."""
    return tuple(Note(h.start, h.length, nearest(h.chord.bass, around), velocity) for h in chords)


def held(chords: Sequence[Harmony], low: int, high: int, voices: int, velocity: float) -> tuple[Note, ...]:
    """Chords that hold, voice led into voice; a voice that keeps its pitch is tied over, not struck again."""
    rows = voicings([h.chord for h in chords], low, high, voices)
    notes = [Note(h.start, h.length, p, velocity) for h, row in zip(chords, rows, strict=True) for p in row]
    return _tied(notes)


def _tied(notes: list[Note]) -> tuple[Note, ...]:
    result: list[Note] = []
    for note in sorted(notes, key=lambda n: (n.pitch, n.start)):
        last = result[-1] if result else None
        if last and last.pitch == note.pitch and abs(last.start + last.length - note.start) < 1e-9:
            result[-1] = Note(last.start, last.length + note.length, note.pitch, last.velocity)
        else:
            result.append(note)
    return tuple(sorted(result, key=lambda n: (n.start, n.pitch)))


def arpeggio(
    chords: Sequence[Harmony], low: int, high: int, order: Sequence[int], step: float, velocity: float
) -> tuple[Note, ...]:
    """Broken chords under the pedal: `order` says which voice each step plays, −1 leaves the step out."""
    rows = voicings([h.chord for h in chords], low, high, max(order) + 1)
    notes = []
    for harmony, row in zip(chords, rows, strict=True):
        for index in range(round(harmony.length / step)):
            voice = order[index % len(order)]
            if voice >= 0:
                late = index * step
                swell = velocity * (1.0 - 0.12 * (index % 2) + 0.06 * (voice == max(order)))
                notes.append(Note(harmony.start + late, harmony.length - late, row[voice], swell))
    return tuple(notes)


def strums(
    chords: Sequence[Harmony],
    strokes: Sequence[tuple[float, float, bool]],
    beats_per_bar: int,
    velocity: float,
) -> tuple[Note, ...]:
    """Ukulele strokes of (beat, strength, down?), the strings a fifty-fifth of a beat apart."""
    notes = []
    for harmony in chords:
        grip = ukulele_voicing(harmony.chord)
        for place, (beat, strength, down) in enumerate(strokes):
            if beat >= harmony.length:
                continue
            following = strokes[place + 1][0] if place + 1 < len(strokes) else float(beats_per_bar)
            for order, string in enumerate(grip if down else grip[::-1][:3]):
                start = harmony.start + beat + order / 55.0
                length = min(following, harmony.length) - beat - order / 55.0
                notes.append(Note(start, length, string, velocity * strength * (1.0 - 0.04 * order)))
    return tuple(notes)


def walking_pair(chords: Sequence[Harmony], around: int, beats: float, velocity: float) -> tuple[Note, ...]:
    """Root, then fifth, then root …, one every so many beats, short as a plucked bass is."""
    notes = []
    for harmony in chords:
        for index in range(round(harmony.length / beats)):
            tone = harmony.chord.bass if index % 2 == 0 else harmony.chord.fifth()
            strength = velocity if index % 2 == 0 else velocity * 0.86
            notes.append(Note(harmony.start + index * beats, beats * 0.8, nearest(tone, around), strength))
    return tuple(notes)


def off_beats(
    chords: Sequence[Harmony], low: int, high: int, voices: int, velocity: float
) -> tuple[Note, ...]:
    """Short chords on the second and fourth beat: the ‘pah’ to the bass's ‘oom’."""
    rows = voicings([h.chord for h in chords], low, high, voices)
    return tuple(
        Note(h.start + beat, 0.5, p, velocity)
        for h, row in zip(chords, rows, strict=True)
        for beat in range(1, round(h.length), 2)
        for p in row
    )


def pulse(
    bars: Sequence[int], beats_per_bar: int, pattern: Sequence[float], velocity: float
) -> tuple[Note, ...]:
    """A shaker's strokes: one strength for each equal part of the bar, 0 for none."""
    step = beats_per_bar / len(pattern)
    return tuple(
        Note(bar * beats_per_bar + i * step, step, 84, velocity * strength)
        for bar in bars
        for i, strength in enumerate(pattern)
        if strength > 0
    )
