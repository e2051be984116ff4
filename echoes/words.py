"""What people may write, in every script."""

from dataclasses import dataclass

JOINERS = "\u200c\u200d"
"""They show nothing and belong to the word: in Persian and Hindi, and in emoji made of several."""


def is_shown(line: str) -> bool:
    """Whether a name or a title holds something to see, and nothing that hides."""
    visible = line.translate(dict.fromkeys(map(ord, JOINERS)))
    return bool(visible.strip()) and visible.isprintable()


LONGEST_ARGUMENT = 300
"""What a page's handler gets of a string that a client sent, unless the handler says otherwise."""


@dataclass(frozen=True, slots=True)
class Longest:
    """So many letters, of a parameter of a page's handler: `words: Annotated[str, Longest(2000)]`."""

    letters: int
