"""Text shaping and line breaking: scripts told apart, each run shaped in a font that has it."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from compiler.text.bidirectional import BIDI_CONTROLS, in_visual_order, levels_of, with_direction_of
from compiler.text.fonts import font, script_of, shapes_scripts

LINE_HEIGHT = 1.35
_SMALLEST_SHARE = 0.5


@dataclass(frozen=True)
class Run:
    """Neighbouring characters of one script and one embedding level, in the order of reading."""

    text: str
    script: str
    level: int

    @property
    def right_to_left(self) -> bool:
        return self.level % 2 == 1

    @property
    def direction(self) -> str | None:
        """Named only where the shaping knows directions."""
        if not shapes_scripts():
            return None
        return "rtl" if self.right_to_left else "ltr"

    def width(self, size: int) -> float:
        return font(self.script, size).getlength(self.text, direction=self.direction)


def runs_of(line: str) -> list[Run]:
    """In the order in which they stand on the line, from left to right."""
    return in_visual_order(_read(line), lambda run: run.level)


def _read(line: str) -> list[Run]:
    """In the order of reading, without the characters that only say which way others go: fonts have boxes for
    them."""
    runs: list[Run] = []
    for character, level in zip(line, levels_of(line), strict=True):
        if character in BIDI_CONTROLS:
            continue
        script = script_of(character)
        last = runs[-1] if runs else None
        if last and (_joins(character) or (script, level) == (last.script, last.level)):
            runs[-1] = Run(last.text + character, last.script, last.level)
        else:
            runs.append(Run(character, script, level))
    return runs


def _joins(character: str) -> bool:
    """Marks, joiners, variation selectors and skin tones belong to what stands before them."""
    return unicodedata.combining(character) > 0 or unicodedata.category(character) in ("Mn", "Me", "Cf", "Sk")


def width_of(line: str, size: int) -> float:
    return sum(run.width(size) for run in runs_of(line))


def broken(text: str, size: int, widest: float) -> list[str]:
    """Lines of at most this width where words allow it; the text's own line ends are kept. All lines of a
    paragraph go its way, whatever they begin with."""
    return [
        with_direction_of(paragraph, line)
        for paragraph in text.splitlines()
        for line in _filled(paragraph.split(), size, widest)
    ]


def _filled(words: list[str], size: int, widest: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > widest:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _cut(line: str, size: int, widest: float) -> Iterator[str]:
    """A word that is too wide by itself, in parts that are not."""
    while width_of(line, size) > widest and (end := _fitting_end(line, size, widest)):
        yield line[:end]
        line = line[end:]
    yield line


def _fitting_end(line: str, size: int, widest: float) -> int | None:
    """The last place where the line can be cut so that it fits, or at least the first where it can be cut."""
    ends = [end for end in range(1, len(line)) if not _joins(line[end])]
    fitting = bisect_right(ends, widest, key=lambda end: width_of(line[:end], size))
    return ends[max(fitting - 1, 0)] if ends else None


@dataclass(frozen=True)
class Block:
    """Lines and the size at which they fit."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        return round(len(self.lines) * self.size * LINE_HEIGHT)


def fitted(text: str, size: int, widest: float, most_lines: int) -> Block:
    """As large as `size`, smaller when the text would need more lines than there may be."""
    smallest = round(size * _SMALLEST_SHARE)
    while True:
        lines = broken(text, size, widest)
        fits = len(lines) <= most_lines and all(width_of(line, size) <= widest for line in lines)
        if fits or size <= smallest:
            if len(lines) > most_lines:  # its own line ends, too many of them, would lead out of the frame
                lines = broken(" ".join(text.split()), size, widest)
            return Block(tuple(part for line in lines for part in _cut(line, size, widest)), size)
        size = max(smallest, round(size * 0.92))


def drawn(block: Block, frame: tuple[int, int], top: int) -> Image.Image:
    """A mask of the frame's size with the lines centred on it, the first one's top at `top`."""
    mask = Image.new("L", frame)
    draw = ImageDraw.Draw(mask)
    for number, line in enumerate(block.lines):
        baseline = top + (number + 0.78) * block.size * LINE_HEIGHT
        place = (frame[0] - width_of(line, block.size)) / 2
        for run in runs_of(line):
            face = font(run.script, block.size)
            draw.text((place, baseline), run.text, 255, face, anchor="ls", direction=run.direction)
            place += run.width(block.size)
    return mask
