"""Letters Home: a slow song for piano; strings come in under the second half."""

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
VERSE = "D | A/C# | Bm | D/A | G | D/F# | Em7 | Asus4 A"
BRIDGE = "Bm | F#m | G | D | Em7 | D/F# | G | Asus4 A"
RETURN = "D | A/C# | Bm | D/A | G | D/F# | Em7 A7 | D"
CHORDS = f"D | G | {VERSE} | {BRIDGE} | {RETURN} | G | D"

VERSE_SONG = """
 F#5:1.5 G5:.5 A5:2 | E5:3 r:1 | D5:1.5 E5:.5 F#5:2 | F#5:1 D5:1 A4:2 |
 B4:1.5 C#5:.5 D5:2 | A5:1 F#5:1 D5:2 | G5:1.5 F#5:.5 E5:1 D5:1 | E5:3 r:1
"""
BRIDGE_SONG = """
 D5:1 F#5:1 B5:2 | A5:1.5 B5:.5 C#6:1 A5:1 | B5:1.5 A5:.5 G5:2 | F#5:3 A5:1 |
 G5:1.5 F#5:.5 E5:1 G5:1 | F#5:1.5 E5:.5 D5:1 F#5:1 | E5:1 D5:1 B4:2 | D5:2 C#5:2
"""
RETURN_SONG = """
 F#5:1.5 G5:.5 A5:2 | B5:1 A5:1 E5:2 | F#5:1.5 E5:.5 D5:2 | F#5:1 A5:1 D6:2 |
 B5:1.5 A5:.5 G5:2 | F#5:1.5 G5:.5 A5:2 | G5:1 F#5:1 E5:1 C#5:1 | D5:3 r:1
"""
CODA_SONG = "B4:1 D5:1 G5:2 | F#5:4"


def tender() -> Piece:
    chords = harmonies(CHORDS, BEATS)
    end = 28.0 * BEATS
    song = phrase(
        melody(
            f"r:4 | r:2 A4:1 D5:1 | {VERSE_SONG} | {BRIDGE_SONG} | {RETURN_SONG} | {CODA_SONG}", BEATS, 0.66
        ),
        16,
    )
    right = fade(linger(song, end, 4), 26 * BEATS, end, 0.75)
    left = fade(linger(_left_hand(chords), end, 4), 26 * BEATS, end, 0.7)
    section = linger(_section(), end, 2)
    return Piece(
        "tender", "Letters Home", "Tender", 69.0, BEATS, 28,
        parts=(
            Part("right hand", piano, right, gain=1.35, pan=0.12, reverb=0.3),
            Part("left hand", piano, left, gain=0.7, pan=-0.12, reverb=0.26),
            Part("strings", strings, section, gain=0.34, reverb=0.5, looseness=0.02),
        ),
        tail=4.5, room=Room(2.3, 2.1, 1.0), seed=7, warmth=8500.0,
    )  # fmt: skip


def _left_hand(chords: list[Harmony]) -> tuple[Note, ...]:
    moving, last = chords[:-1], chords[-1:]
    flowing = arpeggio(moving, 52, 68, (-1, 0, 1, 2, 1, 0, 1, 2), 0.5, 0.4)
    closing = arpeggio(last, 50, 74, (-1, 0, 1, 2, 3, -1, -1, -1), 0.5, 0.36)
    return phrase((*bass_notes(chords, 43, 0.5), *flowing, *closing), 16)


def _section() -> tuple[Note, ...]:
    """Soft under the bridge, fuller under the return, gone before the last chord has faded."""
    bridge = shift(held(harmonies(BRIDGE, BEATS), 50, 66, 3, 0.4), 10 * BEATS)
    home = shift(held(harmonies(f"{RETURN} | G | D", BEATS), 50, 69, 4, 0.5), 18 * BEATS)
    return (*bridge, *fade(home, 26 * BEATS, 28 * BEATS, 0.6))
