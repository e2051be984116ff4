"""Text validation: what people may write, in every script (Unicode)."""

import unicodedata
from dataclasses import dataclass

from echoes.text.isolation import NESTING

JOINERS = "\u200c\u200d"
"""They show nothing and belong to the word: in Persian and Hindi, and in emoji made of several."""
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers of Hangul and the empty braille pattern: letters and signs by category, and nothing to see."""
UNSEEN = frozenset("CMZ")
"""Categories of what shows nothing by itself: controls and formats, marks that need a letter, spaces."""
UNASSIGNED = "Cn"
NEWER_EMOJI = frozenset(map(chr, range(0x1F000, 0x1FB00)))
"""Some came after the Unicode that this Python knows."""


def is_shown(line: str) -> bool:
    """Whether a name or a title holds something to see, and nothing that hides."""
    return has_visible(line) and line.translate(dict.fromkeys(map(ord, JOINERS))).isprintable()


def without_controls(line: str) -> str:
    """Without control characters, halves of letters, and what turns the words behind it round: copied text
    brings them, no page may hold them."""
    spaced = line.replace("\t", " ").translate(NESTING)
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in {"Cc", "Cs"})


def has_visible(text: str) -> bool:
    """Whether there is anything to see in it: a letter, a digit, a sign."""
    return any(map(_is_visible, text))


def _is_visible(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category == UNASSIGNED:
        return sign in NEWER_EMOJI
    return category[0] not in UNSEEN and sign not in BLANK_LETTERS


LONGEST_ARGUMENT = 300
"""What a page's handler gets of a string that a client sent, unless the handler says otherwise."""


@dataclass(frozen=True, slots=True)
class MaxLength:
    """So many letters, of a parameter of a page's handler: `words: Annotated[str, MaxLength(2000)]`."""

    letters: int
