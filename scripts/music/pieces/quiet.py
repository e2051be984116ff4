"""First Snow: slow clouds of sound over a deep floor, and a felt piano that says little."""

from scripts.music.accompaniment import bass_notes, held
from scripts.music.score import Part, Piece, Room, fade, harmonies, linger, melody, phrase
from scripts.music.strings_and_bars import celesta, felt_piano
from scripts.music.winds_and_bows import pad, strings

BEATS = 4
CHORDS = "Fadd9 | Am7 | Bbmaj7 | C6 | Dm9 | Am7 | Bbmaj7 | Csus4 | Gm7 | F/A | Bbmaj7 | Fadd9"
SONG = """
 r:4 | r:4 | r:1 A4:1 C5:2 | G5:4 | r:1 F5:1 D5:2 | A4:4 | r:1 G4:1 C5:2 | E5:4 |
 r:1 A4:1 D5:2 | A5:2 E5:2 | r:1 G5:1 E5:2 | C5:4 | r:1 D5:1 F5:2 | A5:4 | r:1 G5:1 F5:2 | G5:4 |
 r:1 Bb4:1 D5:2 | G5:2 F5:2 | r:1 A5:1 F5:2 | C5:4 | r:1 D5:1 F5:1 A5:1 | D5:4 | r:1 G4:1 C5:2 | A4:4
"""
STARS = """
 r:4 | r:4 | r:4 | r:4 | r:4 | r:4 | r:4 | r:2 C6:2 | r:4 | r:3 D6:1 | r:4 | r:2 G5:1 C6:1 | r:4 | r:2 D6:2 |
 r:4 | r:3 C6:1 | r:4 | r:3 D6:1 | r:4 | r:2 C6:1 F6:1 | r:4 | r:2 F6:2 | r:4 | r:1 C6:1 G6:2
"""


def quiet() -> Piece:
    chords = harmonies(CHORDS, 2 * BEATS)
    end = 24 * BEATS
    low = bass_notes(chords[4:], 50, 0.3)
    clouds = fade(linger(held(chords, 53, 72, 4, 0.5), end, 1), 20 * BEATS, end, 0.7)
    song = linger(phrase(melody(SONG, BEATS, 0.5), 8), end, 4)
    return Piece(
        "quiet", "First Snow", "Quiet", 60.0, BEATS, 24,
        parts=(
            Part("clouds", pad, clouds, gain=0.32, reverb=0.5, chorus=0.5, looseness=0.03),
            Part("floor", pad, bass_notes(chords, 43, 0.5), gain=0.42, reverb=0.3, looseness=0.02),
            Part("low strings", strings, low, gain=0.6, reverb=0.5, looseness=0.03),
            Part("felt piano", felt_piano, fade(song, 20 * BEATS, end, 0.75), gain=2.2, reverb=0.5),
            Part("stars", celesta, melody(STARS, BEATS, 0.3), gain=0.8, pan=0.3, reverb=0.8, looseness=0.015),
        ),
        tail=6.0, room=Room(3.6, 3.2, 1.5, 0.035, 0.8), seed=59, warmth=6500.0,
    )  # fmt: skip
