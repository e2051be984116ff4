"""PDF document of a printed card: text of every script, fitted into a width, and a QR code."""

import unicodedata
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import groupby
from math import inf

import segno
from fpdf import FPDF

from compiler.text.lettering import Run, runs_of
from echoes.sharing.printed_card.fonts import candidates_for, coverage_of, names_for, true_type

LINE_HEIGHT = 1.3
BASELINE = 0.95
"""From a line's top, in shares of the size of its letters."""
POINT = 25.4 / 72
"""In millimetres."""
STEP = 0.94
MEASURED_AT = 100
INK = (38, 31, 25)
QUIET_ZONE = 4
"""Modules of white around a QR code, by its standard."""
JOINING = ("Mn", "Me", "Cf", "Sk")
"""Categories of what belongs to the character before it."""


@dataclass(frozen=True, slots=True)
class Style:
    """`size` and `smallest` in points: what needs more than `lines` lines, or is taller than `tallest`
    millimetres, becomes smaller."""

    face: str
    size: float
    smallest: float
    lines: int
    colour: tuple[int, int, int] = INK
    is_centred: bool = True
    tallest: float = inf


ROUNDS = 8
"""Of halving, to find the narrowest width of a centred text."""


class CardDocument(FPDF):
    """Millimetres. Only the fonts whose scripts its words need are read."""

    def __init__(self, size: tuple[float, float], words: str) -> None:
        super().__init__(unit="mm", format=size)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self._coverage: dict[str, frozenset[int]] = {}
        for name in names_for(words):
            self.add_font(name, fname=true_type(name))
            self._coverage[name] = coverage_of(name)
        self._widths: dict[tuple[str, str], float] = {}

    def text_block(self, place: tuple[float, float], width: float, text: str, style: Style) -> float:
        """Lines with the first one's top at `place`; where they end."""
        size, lines = self._fitted(text, width, style)
        self.set_text_color(*style.colour)
        x, y = place
        for line in lines:
            spare = width - self._width(line, style.face) * size if style.is_centred else 0
            self._line(x + spare / 2, y + size * POINT * BASELINE, line, style.face, size)
            y += size * POINT * LINE_HEIGHT
        return y

    def height_of(self, width: float, text: str, style: Style) -> float:
        size, lines = self._fitted(text, width, style)
        return len(lines) * size * POINT * LINE_HEIGHT

    def qr_code(self, place: tuple[float, float], side: float, address: str) -> None:
        """With its quiet zone; neighbouring modules of a row are one rectangle."""
        matrix = segno.make(address, error="m").matrix
        module = side / (len(matrix) + 2 * QUIET_ZONE)
        self.set_fill_color(*INK)
        for row, modules in enumerate(matrix):
            for start, end in _runs(modules):
                left = place[0] + (QUIET_ZONE + start) * module
                top = place[1] + (QUIET_ZONE + row) * module
                self.rect(left, top, (end - start) * module, module, style="F")

    def _line(self, x: float, baseline: float, line: str, face: str, size: float) -> None:
        for run in runs_of(line):
            width = self._width_of_run(run, face) * size
            self._choose(run, face, size)
            self.set_xy(x, baseline - size * POINT)
            self.cell(width, size * POINT * 1.6, run.text)
            x += width

    def _fitted(self, text: str, width: float, style: Style) -> tuple[float, list[str]]:
        size = style.size
        lines = list(self._broken(text, width / size, style.face))
        while not _fits(lines, size, style) and size > style.smallest:
            size = max(style.smallest, size * STEP)
            lines = list(self._broken(text, width / size, style.face))
        if len(lines) > style.lines:  # Its own line ends would lead out of the card.
            text = " ".join(text.split())
            lines = list(self._broken(text, width / size, style.face))
        return size, self._balanced(text, width / size, style.face) if style.is_centred else lines

    def _balanced(self, text: str, widest: float, face: str) -> list[str]:
        """As many lines as there have to be, none much shorter than the others: the last is no word alone."""
        count = len(list(self._broken(text, widest, face)))
        narrow = max((self._width(word, face) for word in text.split()), default=0.0)
        wide = widest
        for _ in range(ROUNDS if narrow < widest else 0):
            middle = (narrow + wide) / 2
            if len(list(self._broken(text, middle, face))) > count:
                narrow = middle
            else:
                wide = middle
        return list(self._broken(text, wide, face))

    def _broken(self, text: str, widest: float, face: str) -> Iterator[str]:
        """Lines of at most this width, in millimetres for letters of one point."""
        for paragraph in text.splitlines():
            line = ""
            for word in self._words(paragraph, widest, face):
                longer = f"{line} {word}" if line else word
                if line and self._width(longer, face) > widest:
                    yield line
                    longer = word
                line = longer
            yield line

    def _words(self, paragraph: str, widest: float, face: str) -> Iterator[str]:
        """One that is too wide by itself in parts."""
        for word in paragraph.split():
            part = ""
            for cluster in _clusters(word) if self._width(word, face) > widest else [word]:
                if part and self._width(part + cluster, face) > widest:
                    yield part
                    part = ""
                part += cluster
            yield part

    def _width(self, text: str, face: str) -> float:
        """In millimetres, for letters of one point."""
        if (known := self._widths.get((text, face))) is None:
            known = sum(self._width_of_run(run, face) for run in runs_of(text))
            self._widths[text, face] = known
        return known

    def _width_of_run(self, run: Run, face: str) -> float:
        self._choose(run, face, MEASURED_AT)
        return float(self.get_string_width(run.text)) / MEASURED_AT

    def _choose(self, run: Run, face: str, size: float) -> None:
        self.set_font(self._font_of(run, face), size=size)
        self.set_text_shaping(True, direction="rtl" if run.right_to_left else "ltr")

    def _font_of(self, run: Run, face: str) -> str:
        """The first that has each of its characters, else the last."""
        names = candidates_for(run.script, face)
        return next(
            (name for name in names if self._coverage[name].issuperset(map(ord, run.text))), names[-1]
        )


def _fits(lines: Sized, size: float, style: Style) -> bool:
    return len(lines) <= style.lines and len(lines) * size * POINT * LINE_HEIGHT <= style.tallest


def _clusters(word: str) -> Iterable[str]:
    """Characters with the marks, joiners and skin tones that belong to them."""
    clusters: list[str] = []
    for character in word:
        if clusters and (unicodedata.category(character) in JOINING or clusters[-1].endswith("\u200d")):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _runs(modules: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Half-open ranges of dark modules."""
    start = 0
    for is_dark, group in groupby(modules):
        end = start + len(list(group))
        if is_dark:
            yield start, end
        start = end
