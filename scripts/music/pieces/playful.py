"""Paper Boats: marimba and plucked strings at a skip, with a clarinet for the middle."""

from scripts.music.accompaniment import off_beats, pulse, walking_pair
from scripts.music.score import Note, Part, Piece, Room, harmonies, melody, phrase, shift
from scripts.music.strings_and_bars import marimba, pizzicato, shaker, upright_bass, woodblock
from scripts.music.winds_and_bows import clarinet

BEATS = 4
INTRO = "G | Em | C | D7"
VERSE = "G | Em | C | D7 | G | Em | Am7 D7 | G"
BRIDGE = "C | G/B | Am7 | G | C | C#dim7 | G/D E7 | A7 D7"
CODA = "C | D7 | G"
CHORDS = f"{INTRO} | {VERSE} | {VERSE} | {BRIDGE} | {VERSE} | {CODA}"

VERSE_SONG = """
 D5:.5 G5:.5 B5:1 A5:.5 G5:.5 D5:1 | E5:.5 G5:.5 B5:1 A5:.5 G5:.5 E5:1 |
 C5:.5 E5:.5 G5:1 A5:.5 G5:.5 E5:1 | F#5:.5 A5:.5 C6:1 B5:.5 A5:.5 F#5:1 |
 B5:.5 A5:.5 G5:1 r:.5 D5:.5 G5:1 | B5:.5 A5:.5 G5:1 r:.5 E5:.5 G5:1 |
 C6:.5 B5:.5 A5:1 F#5:.5 E5:.5 D5:1 | G5:1 r:.5 D5:.5 G5:1 r:1
"""
BRIDGE_SONG = """
 E5:1.5 G5:.5 E5:1 C5:1 | D5:1.5 G5:.5 D5:2 | C5:1.5 E5:.5 A5:1 G5:1 | B4:1 D5:1 G5:2 |
 E5:1 G5:1 C6:2 | Bb5:1 G5:1 E5:2 | D5:1 B5:1 G#5:1 E5:1 | A5:1 G5:.5 E5:.5 F#5:1 r:1
"""
ANSWERS = """
 r:3 G4:.5 B4:.5 | r:3 G4:.5 B4:.5 | r:3 G4:.5 C5:.5 | r:3 A4:.5 C5:.5 |
 r:2 B4:.5 r:.5 B4:1 | r:2 B4:.5 r:.5 B4:1 | r:4 | B4:1 r:1 B4:1 r:1
"""
SPARKLES = """
 r:3.5 C5:.5 | r:3 G5:.5 B5:.5 | r:4 | r:2.5 D5:.5 B4:1 | r:4 | r:3 G5:1 | r:4 | r:4
"""
CODA_SONG = (
    "E5:.5 G5:.5 C6:1 A5:.5 G5:.5 E5:1 | F#5:.5 A5:.5 C6:1 B5:.5 A5:.5 F#5:1 | G5:1 r:1 D5:.5 r:.5 G5:1"
)
LAST_FINGERS = "G4:.5 r:1.5 D4:.5 r:.5 G4:.5 r:.5"


def playful() -> Piece:
    chords = harmonies(CHORDS, BEATS)
    verse = phrase(melody(VERSE_SONG, BEATS, 0.62), 16)
    answers = melody(ANSWERS, BEATS, 0.5)
    mallets = (
        *shift(verse, 4 * BEATS), *shift(verse, 12 * BEATS),
        *shift(melody(SPARKLES, BEATS, 0.45), 20 * BEATS), *shift(verse, 28 * BEATS),
        *shift(melody(CODA_SONG, BEATS, 0.62), 36 * BEATS),
    )  # fmt: skip
    fingers = (
        *off_beats(chords[:-1], 55, 69, 3, 0.5), *shift(answers, 12 * BEATS), *shift(answers, 28 * BEATS),
        *shift(verse, 28 * BEATS, -12, 0.75), *shift(melody(LAST_FINGERS, BEATS, 0.6), 38 * BEATS),
    )  # fmt: skip
    reed = shift(phrase(melody(BRIDGE_SONG, BEATS, 0.6), 16), 20 * BEATS)
    return Piece(
        "playful", "Paper Boats", "Playful", 112.0, BEATS, 39,
        parts=(
            Part("marimba", marimba, mallets, gain=1.0, pan=0.18, reverb=0.2, looseness=0.005),
            Part("pizzicato", pizzicato, fingers, gain=0.5, pan=-0.2, reverb=0.26, looseness=0.006),
            Part("clarinet", clarinet, reed, gain=0.33, pan=-0.05, reverb=0.3, looseness=0.01),
            Part("bass", upright_bass, _bass(), gain=0.44, reverb=0.1, looseness=0.006),
            Part("shaker", shaker, pulse(range(12, 38), BEATS, (0.5, 0.3, 0.8, 0.3, 0.5, 0.3, 0.8, 0.4), 0.5),
                 gain=4.2, pan=0.45, reverb=0.15, pitched=False),
            Part("woodblock", woodblock, pulse(range(4, 36), BEATS, (0, 0, 0, 0, 0, 0, 0.6, 0.9), 0.35),
                 gain=0.4, pan=-0.45, reverb=0.3, pitched=False),
        ),
        tail=2.6, room=Room(1.4, 1.3, 0.7, 0.012, 0.9), seed=45, warmth=10500.0,
    )  # fmt: skip


def _bass() -> tuple[Note, ...]:
    moving = harmonies(f"{INTRO} | {VERSE} | {VERSE} | {BRIDGE} | {VERSE} | C | D7", BEATS)
    last = shift(melody("G2:.8 r:1.2 D2:.5 r:.5 G2:.8 r:.2", BEATS, 0.65), 38 * BEATS)
    return (*walking_pair(moving, 42, 2.0, 0.62), *last)
