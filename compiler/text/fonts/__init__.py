"""The bundled fonts (Noto, Open Font License, see OFL.txt), one file a script, and which is for what."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

_FOLDER = Path(__file__).parent

# First match wins. Ranges follow the files' own coverage.
_COVERAGE: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("hebrew", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    ("arabic", ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))),
    ("devanagari", ((0x0900, 0x097F), (0x1CD0, 0x1CF9), (0xA830, 0xA839), (0xA8E0, 0xA8FF))),
    ("vietnamese", ((0x1EA0, 0x1EF1), (0x01A0, 0x01A1), (0x01AF, 0x01B0), (0x0102, 0x0103))),
    ("greek-ext", ((0x1F00, 0x1FFF),)),
    ("greek", ((0x0370, 0x03FF),)),
    ("cyrillic", ((0x0400, 0x045F), (0x0490, 0x0491), (0x04B0, 0x04B1))),
    ("cyrillic-ext", ((0x0460, 0x052F), (0x1C80, 0x1C8A), (0x2DE0, 0x2DFF), (0xA640, 0xA69F))),
    ("latin", ((0x0000, 0x00FF), (0x0131, 0x0131), (0x0152, 0x0153), (0x2000, 0x206F), (0x20AC, 0x20AC))),
    ("latin-ext", ((0x0100, 0x02FF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x20A0, 0x20C0), (0x2C60, 0x2C7F))),
    ("emoji", ((0x2190, 0x27BF), (0x2900, 0x2BFF), (0x3030, 0x303D), (0x1F000, 0x1FAFF), (0xFE0F, 0xFE0F))),
)


def script_of(character: str) -> str:
    """The file that draws this character; the Latin one draws a box for what none of them has."""
    code = ord(character)
    for name, ranges in _COVERAGE:
        if any(first <= code <= last for first, last in ranges):
            return name
    return "latin"


@cache
def shapes_scripts() -> bool:
    """Whether this Pillow can shape Arabic and the like; without it, letters stand one by one."""
    return bool(features.check_feature("raqm") and features.check_feature("fribidi"))


@lru_cache(maxsize=64)
def font(script: str, size: int) -> FreeTypeFont:
    engine = ImageFont.Layout.RAQM if shapes_scripts() else ImageFont.Layout.BASIC
    return ImageFont.truetype(_FOLDER / f"{script}.woff2", size, layout_engine=engine)
