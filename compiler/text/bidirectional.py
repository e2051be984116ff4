"""Unicode Bidirectional Algorithm (UAX #9), by python-bidi: embedding levels of characters, visual order.

Isolates and paired brackets are the library's work too. Not what it displays, which is a string in another
order: scripts are shaped in the order of reading, so what is needed is which parts of the line go which way.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bidi import get_base_level, get_display

from compiler.errors import CompilerError

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates: they say which way their neighbours go, and are never seen."""

_FROM_RIGHT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
_MARKS = "\u200e", "\u200f"
# The levels of a line's bytes, as the library prints them; a line end in the text itself is printed as \n.
_LEVELS = re.compile(r"^    levels: \[\n(.*?)^    \],\n    paragraphs: \[", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d+")

Part = TypeVar("Part")


def levels_of(line: str) -> list[int]:
    """Odd for what is read from right to left; the line's own direction is that of its first letter."""
    if not any(unicodedata.bidirectional(character) in _FROM_RIGHT for character in line):
        return [0] * len(line)
    line = _with_bytes(line)
    return list(_first_bytes(_levels_of_bytes(line), line))


def with_direction_of(paragraph: str, line: str) -> str:
    """The line, behind a mark where its own first letter would turn it round."""
    direction = _direction(paragraph)
    return line if _direction(line) == direction else _MARKS[direction] + line


def _direction(text: str) -> int:
    return int(get_base_level(_with_bytes(text)))


def _with_bytes(text: str) -> str:
    """With a question mark for half a surrogate, which has none."""
    return text.encode(errors="replace").decode()


def _levels_of_bytes(line: str) -> list[int]:
    """The library answers with levels only where it prints all that it knows."""
    printed = _LEVELS.search(str(get_display(line, debug=True)))
    levels = [int(number) for number in _NUMBER.findall(printed[1])] if printed else []
    if len(levels) != len(line.encode()):
        raise CompilerError("The directions of this text cannot be told.")
    return levels


def _first_bytes(levels: list[int], line: str) -> Iterator[int]:
    place = 0
    for character in line:
        yield levels[place]
        place += len(character.encode())


def in_visual_order(parts: Sequence[Part], level: Callable[[Part], int]) -> list[Part]:
    """From left to right: from the highest level down to the lowest odd one, what has at least that level is
    reversed (rule L2)."""
    ordered = list(parts)
    for limit in range(max(map(level, ordered), default=0), 0, -1):
        ordered = _reversed_from(ordered, level, limit)
    return ordered


def _reversed_from(parts: list[Part], level: Callable[[Part], int], limit: int) -> list[Part]:
    ordered: list[Part] = []
    waiting: list[Part] = []
    for part in parts:
        if level(part) >= limit:
            waiting.insert(0, part)
        else:
            ordered += [*waiting, part]
            waiting = []
    return ordered + waiting
