"""Sunday Garden: a waltz for ukulele, with celesta and flute taking turns at the tune."""

from scripts.music.accompaniment import pulse, strums
from scripts.music.harmony import nearest
from scripts.music.score import Harmony, Note, Part, Piece, Room, harmonies, linger, melody, phrase, shift
from scripts.music.strings_and_bars import celesta, shaker, ukulele, upright_bass
from scripts.music.winds_and_bows import flute

BEATS = 3
INTRO = "C | F | C | G7"
VERSE = "C | Em | F | C | Am | Em | F | G7 | C | Em | F | C | Dm7 | G7 | C | C"
BRIDGE = "F | F | C | C | G7 | G7 | C | C7 | F | Fm | C | A7 | Dm7 | G7 | Gsus4 | G7"
CODA = "F | G7 | C | C"
CHORDS = f"{INTRO} | {VERSE} | {BRIDGE} | {VERSE} | {CODA}"

VERSE_SONG = """
 E5:2 G5:1 | B5:2 G5:1 | A5:2 F5:1 | G5:3 | C6:2 B5:1 | B5:1 G5:1 E5:1 | F5:1 G5:1 A5:1 | G5:2 r:1 |
 E5:2 G5:1 | B5:2 G5:1 | C6:2 A5:1 | G5:2 E5:1 | F5:1 E5:1 D5:1 | D5:1 E5:1 B4:1 | C5:3 | {}
"""
BRIDGE_SONG = """
 A5:2 C6:1 | C6:1 A5:1 F5:1 | G5:2 E5:1 | G5:3 | F5:2 G5:1 | B5:1 A5:1 G5:1 | E5:2 G5:1 | Bb5:3 |
 A5:2 C6:1 | Ab5:2 C6:1 | G5:2 E5:1 | C#5:1 E5:1 G5:1 | F5:2 A5:1 | G5:1 F5:1 D5:1 | C5:2 D5:1 | D5:2 r:1
"""
SECOND_VOICE = """
 C5:2 E5:1 | G5:2 E5:1 | F5:2 C5:1 | E5:3 | E5:2 G5:1 | G5:1 E5:1 B4:1 | C5:1 E5:1 F5:1 | D5:2 r:1 |
 C5:2 E5:1 | G5:2 E5:1 | A5:2 F5:1 | E5:2 C5:1 | D5:1 C5:1 A4:1 | B4:2 G4:1 | E4:3 | r:3
"""
CODA_SONG = "A5:1 G5:1 F5:1 | D5:1 E5:1 B4:1 | C5:3 | r:3"
STROKES = ((0.0, 0.5, True), (1.0, 1.0, True), (2.0, 0.85, True), (2.5, 0.45, False))


def sunny() -> Piece:
    chords = harmonies(CHORDS, BEATS)
    verse = melody(VERSE_SONG.format("r:1 G5:1 E5:1"), BEATS, 0.55)
    again = melody(VERSE_SONG.format("r:3"), BEATS, 0.58)
    bridge = melody(BRIDGE_SONG, BEATS, 0.62)
    second = melody(SECOND_VOICE, BEATS, 0.5)
    coda = melody(CODA_SONG, BEATS, 0.55)
    bells = (*shift(verse, 4 * BEATS), *shift(again, 36 * BEATS), *shift(coda, 52 * BEATS), *_farewell())
    wind = (*shift(bridge, 20 * BEATS), *shift(second, 36 * BEATS))
    return Piece(
        "sunny", "Sunday Garden", "Sunny", 116.0, BEATS, 56,
        parts=(
            Part("ukulele", ukulele, _strumming(chords), gain=0.3, pan=-0.25, reverb=0.16, looseness=0.005),
            Part("celesta", celesta, phrase(bells, 12), gain=0.95, pan=0.2, reverb=0.32),
            Part("flute", flute, phrase(wind, 12), gain=0.36, pan=0.05, reverb=0.34, looseness=0.012),
            Part("bass", upright_bass, linger(_bass(chords), 54.8 * BEATS, 1), gain=0.48, reverb=0.08),
            Part("shaker", shaker, pulse(range(20, 52), BEATS, (0.7, 0.0, 0.5, 0.0, 0.55, 0.3), 0.5),
                 gain=4.0, pan=0.4, reverb=0.15, pitched=False),
        ),
        tail=3.0, room=Room(1.5, 1.4, 0.8, 0.012, 0.9), seed=21, warmth=10500.0,
    )  # fmt: skip


def _strumming(chords: list[Harmony]) -> tuple[Note, ...]:
    moving = strums(chords[:-2], STROKES, BEATS, 0.6)
    last = [Harmony(chords[-2].start, 2 * BEATS, chords[-2].chord)]
    return phrase((*moving, *strums(last, ((0.0, 0.9, True),), 2 * BEATS, 0.6)), 12, depth=0.12)


def _bass(chords: list[Harmony]) -> tuple[Note, ...]:
    """One note in a bar: the root, and the fifth in every second bar of the same chord."""
    notes, previous = [], None
    for harmony in chords[2:-1]:
        repeated = previous is not None and previous.chord.symbol == harmony.chord.symbol
        tone = harmony.chord.fifth() if repeated else harmony.chord.bass
        notes.append(Note(harmony.start, 2.4, nearest(tone, 42), 0.62))
        previous = harmony
    return tuple(notes)


def _farewell() -> tuple[Note, ...]:
    """The last chord once more, from below, one bell after the other."""
    return melody(f"{' | '.join(['r:3'] * 54)} | r:1 G5:1 C6:1 | E6:3", BEATS, 0.4)
