"""The Long Way Back: piano and strings, in a minor key that finds the major at the end."""

from scripts.music.accompaniment import arpeggio, bass_notes, held
from scripts.music.score import (
    Harmony,
    Note,
    Part,
    Piece,
    Room,
    fade,
    harmonies,
    linger,
    melody,
    phrase,
    shift,
)
from scripts.music.strings_and_bars import piano
from scripts.music.winds_and_bows import strings

BEATS = 4
INTRO = "Em | Cmaj7"
VERSE = "Em | Cmaj7 | G | D/F# | Em | Am7 | C | Dsus4 D"
BRIDGE = "C | D | Bm7 | Em | C | D | G | B7sus4 B7"
CODA = "C | Cm | G | G"
CHORDS = f"{INTRO} | {VERSE} | {BRIDGE} | {VERSE} | {CODA}"

VERSE_SONG = """
 r:1 E5:1 F#5:1 G5:1 | B5:2 A5:1 G5:1 | D5:3 r:1 | r:1 D5:1 E5:1 F#5:1 |
 G5:2 F#5:1 E5:1 | C5:2 E5:1 A5:1 | G5:2 E5:2 | G5:2 F#5:2
"""
BRIDGE_SONG = """
 E5:1.5 G5:.5 C6:2 | D6:1.5 C6:.5 A5:2 | B5:1.5 A5:.5 F#5:2 | G5:1.5 F#5:.5 E5:2 |
 E5:1.5 G5:.5 C6:2 | D6:1.5 C6:.5 A5:1 F#5:1 | B5:2 A5:1 G5:1 | F#5:2 D#5:2
"""
COUNTER = """
 B4:4 | E5:2 D5:2 | B4:4 | A4:4 | B4:4 | A4:2 C5:2 | E5:4 | D5:4
"""
CODA_SONG = "G5:1 E5:3 | G5:1 Eb5:3 | D5:4 | r:2 B4:2"


def wistful() -> Piece:
    chords = harmonies(CHORDS, BEATS)
    verse = melody(VERSE_SONG, BEATS, 0.64)
    song = (
        *shift(verse, 2 * BEATS),
        *shift(verse, 18 * BEATS, louder=1.06),
        *shift(melody(CODA_SONG, BEATS, 0.58), 26 * BEATS),
    )
    return Piece(
        "wistful", "The Long Way Back", "Wistful", 76.0, BEATS, 30,
        parts=(
            Part("right hand", piano, _ending(phrase(song, 16), 5), gain=1.4, pan=0.1, reverb=0.32),
            Part("left hand", piano, _ending(_left_hand(chords), 5), gain=0.65, pan=-0.1, reverb=0.28),
            Part("violins", strings, _violins(), gain=0.62, pan=-0.2, reverb=0.42, looseness=0.018),
            Part("section", strings, _section(), gain=0.42, pan=0.1, reverb=0.5, looseness=0.022),
            Part("cellos", strings, _cellos(chords), gain=0.6, pan=0.3, reverb=0.4, looseness=0.02),
        ),
        tail=5.0, room=Room(2.7, 2.4, 1.1, 0.028, 0.75), seed=33, warmth=8000.0,
    )  # fmt: skip


def _ending(notes: tuple[Note, ...], beats: float) -> tuple[Note, ...]:
    """Softer through the last four bars, the last chord held a little over."""
    return fade(linger(notes, 30 * BEATS, beats), 26 * BEATS, 30 * BEATS, 0.6)


def _left_hand(chords: list[Harmony]) -> tuple[Note, ...]:
    flowing = arpeggio(chords[:-1], 52, 69, (-1, 0, 1, 2, 1, 2, 1, 0), 0.5, 0.38)
    closing = arpeggio(chords[-1:], 52, 74, (-1, 0, 1, 2, -1, -1, -1, -1), 0.5, 0.34)
    return phrase((*bass_notes(chords, 41, 0.46), *flowing, *closing), 16)


def _violins() -> tuple[Note, ...]:
    """The tune of the bridge in octaves, then a slow second voice to the returning verse."""
    tune = phrase(melody(BRIDGE_SONG, BEATS, 0.62), 16)
    octaves = (*tune, *shift(tune, semitones=-12, louder=0.85))
    return (*shift(octaves, 10 * BEATS), *shift(phrase(melody(COUNTER, BEATS, 0.5), 16), 18 * BEATS))


def _section() -> tuple[Note, ...]:
    verse = shift(held(harmonies(VERSE, BEATS), 52, 66, 3, 0.32), 2 * BEATS)
    bridge = shift(held(harmonies(BRIDGE, BEATS), 52, 67, 3, 0.42), 10 * BEATS)
    home = shift(held(harmonies(f"{VERSE} | {CODA}", BEATS), 52, 67, 3, 0.42), 18 * BEATS)
    return (*verse, *bridge, *_ending(home, 2))


def _cellos(chords: list[Harmony]) -> tuple[Note, ...]:
    low = bass_notes([h for h in chords if h.start >= 10 * BEATS], 43, 0.45)
    return _ending(low, 2)
