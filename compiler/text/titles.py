"""Titles on a ground of their own and captions over moving pictures."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from compiler.codec.profile import Size
from compiler.picture.planes import PlanarFrame, Plane, plain
from compiler.text.lettering import drawn, fitted
from compiler.text.styles import CAPTION_INK, STYLES, Colour

_SHADOW = (16, 128, 128)
_SUBTITLE_SHARE = 0.5
_GAP = 0.4
"""Between a title and its second line, in heights of the latter."""

_SAFE_WIDTH = 0.84
_MARK_SIZE, _MARK_MARGIN = 0.035, 0.045
SHADOW_STRENGTH = 0.75

Amounts = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Lettering:
    """Text as a layer: for each plane what remains of the picture below and what is added to it.

    Only rows `top` to `bottom` (even numbers) hold anything.
    """

    digest: str
    size: Size
    top: int
    bottom: int
    opacity: tuple[Amounts, Amounts, Amounts]
    light: tuple[Amounts, Amounts, Amounts]
    ground: Colour

    def over(self, picture: PlanarFrame, presence: float = 1.0) -> PlanarFrame:
        return PlanarFrame(*(self._plane(plane, number, presence) for number, plane in enumerate(picture)))

    def on_ground(self, presence: float = 1.0) -> PlanarFrame:
        return self.over(plain(self.size, *self.ground), presence)

    def _plane(self, plane: Plane, number: int, presence: float) -> Plane:
        half = 2 if number else 1
        rows = slice(self.top // half, self.bottom // half)
        drawn_over = plane.copy()
        below = plane[rows] * (1 - presence * self.opacity[number])
        drawn_over[rows] = np.rint(below + presence * self.light[number])
        return drawn_over


@lru_cache(maxsize=32)
def card_lettering(text: str, size: Size, subtitle: str = "", style: str = "plain") -> Lettering:
    """In the middle, large; the second line below it."""
    ink = card_ink(text, size, subtitle, style)
    look = STYLES[style]
    return _layer(f"card {text!r} {subtitle!r} {style} {size}", ink, None, look.ink, look.ground)


@lru_cache(maxsize=32)
def caption_lettering(text: str, size: Size, style: str = "plain") -> Lettering:
    """At the bottom, inside the safe margin, with a soft shadow that keeps it readable on snow."""
    ink, shadow = caption_ink(text, size, style)
    return _layer(f"caption {text!r} {style} {size}", ink, shadow, CAPTION_INK, STYLES[style].ground)


@lru_cache(maxsize=8)
def mark_lettering(text: str, size: Size) -> Lettering:
    """Small, in the upper corner on the right, inside the safe margin, with a caption's shadow."""
    ink, shadow = mark_ink(text, size)
    return _layer(f"mark {text!r} {size}", ink, shadow, CAPTION_INK, STYLES["plain"].ground)


def card_ink(text: str, size: Size, subtitle: str, style: str) -> Image.Image:
    """The mask of a card's words, as large as the picture."""
    look, widest = STYLES[style], size[0] * _SAFE_WIDTH
    block = fitted(text, round(min(size) * look.card_size), widest, most_lines=5)
    below = fitted(subtitle, round(block.size * _SUBTITLE_SHARE), widest, most_lines=3) if subtitle else None
    gap = round(below.size * _GAP) if below else 0
    top = (size[1] - block.height - gap - (below.height if below else 0)) // 2
    ink = drawn(block, size, top)
    return ImageChops.lighter(ink, drawn(below, size, top + block.height + gap)) if below else ink


def caption_ink(text: str, size: Size, style: str) -> tuple[Image.Image, Image.Image]:
    """The masks of a caption's words and of their shadow."""
    look = STYLES[style]
    block = fitted(text, round(min(size) * look.caption_size), size[0] * _SAFE_WIDTH, most_lines=3)
    top = round(size[1] * (1 - look.caption_bottom)) - block.height
    return _with_shadow(drawn(block, size, top), block.size)


def mark_ink(text: str, size: Size) -> tuple[Image.Image, Image.Image]:
    """The masks of a mark and of its shadow."""
    margin = round(min(size) * _MARK_MARGIN)
    block = fitted(text, round(min(size) * _MARK_SIZE), size[0] * _SAFE_WIDTH / 2, most_lines=1)
    ink = drawn(block, size, margin)
    box = ink.getbbox()
    moved = ImageChops.offset(ink, size[0] - margin - box[2], 0) if box else ink
    return _with_shadow(moved, block.size)


def _with_shadow(ink: Image.Image, letters: int) -> tuple[Image.Image, Image.Image]:
    shadow = ink.filter(ImageFilter.GaussianBlur(letters / 5))
    return ink, ImageChops.add(shadow, shadow.filter(ImageFilter.GaussianBlur(letters / 2)))


def _layer(
    digest: str, ink: Image.Image, shadow: Image.Image | None, colour: Colour, ground: Colour
) -> Lettering:
    top, bottom = _rows(shadow or ink)
    opacities: list[Amounts] = []
    lights: list[Amounts] = []
    for number in range(3):
        text = _amounts(ink, number, top, bottom)
        dark = _amounts(shadow, number, top, bottom) if shadow else np.zeros_like(text)
        seen_shadow = (SHADOW_STRENGTH * dark * (1 - text)).astype(np.float32)
        opacities.append(text + seen_shadow)
        lights.append(text * colour[number] + seen_shadow * _SHADOW[number])
    first, second, third = opacities
    one, two, three = lights
    return Lettering(digest, ink.size, top, bottom, (first, second, third), (one, two, three), ground)


def _rows(mask: Image.Image) -> tuple[int, int]:
    """The rows that hold something, widened to even numbers."""
    box = mask.getbbox()
    if box is None:
        return 0, 0
    return box[1] // 2 * 2, min(mask.height, (box[3] + 1) // 2 * 2)


def _amounts(mask: Image.Image, number: int, top: int, bottom: int) -> Amounts:
    if number:
        mask = mask.reduce(2)
        top, bottom = top // 2, bottom // 2
    return np.asarray(mask, np.float32)[top:bottom] / np.float32(255)
