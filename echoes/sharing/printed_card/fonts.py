"""Fonts of a printed card: the bundled WOFF2 files as TrueType, once for a process, and which draws a run."""

import tempfile
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

import compiler.text.fonts
from compiler.text.fonts import script_of
from echoes.settings import ASSETS

DISPLAY, DISPLAY_WIDER, ITALIC = "fraunces", "fraunces-ext", "fraunces-italic"
FRAUNCES = {
    DISPLAY: ASSETS / "fonts/fraunces-500-latin.woff2",
    DISPLAY_WIDER: ASSETS / "fonts/fraunces-latin-ext.woff2",
    ITALIC: ASSETS / "fonts/fraunces-italic-latin.woff2",
}
NOTO = Path(compiler.text.fonts.__file__).parent
WEIGHT = 500
"""Of Fraunces, where the file is a variable font."""


@cache
def true_type(name: str) -> Path:
    """To unpack a WOFF2 takes up to a second, and fpdf2 would do it twice for each document."""
    source = FRAUNCES.get(name) or NOTO / f"{name}.woff2"
    target = Path(_folder().name) / f"{name}.ttf"
    font = TTFont(source)
    if "fvar" in font:
        instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    font.flavor = None
    font.save(target)
    return target


@cache
def coverage_of(name: str) -> frozenset[int]:
    """The characters that it can draw."""
    return frozenset(TTFont(true_type(name), lazy=True).getBestCmap())


def names_for(words: str) -> list[str]:
    """Fonts that these words may need, Noto's Latin among them for what Fraunces lacks."""
    scripts = {"latin", *map(script_of, words)}
    wider = [DISPLAY_WIDER] if "latin-ext" in scripts else []
    return [DISPLAY, ITALIC, *wider, *sorted(scripts)]


def candidates_for(script: str, face: str) -> list[str]:
    """In the order of preference."""
    ours = {"latin": [face], "latin-ext": [DISPLAY_WIDER]}
    return [*ours.get(script, []), script]


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Goes with the process."""
    return tempfile.TemporaryDirectory(prefix="echoes-fonts-")
