"""Title styles: colours and sizes of cards and captions. Imports nothing heavy."""

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Luma, blue and red."""


@dataclass(frozen=True, slots=True)
class TitleStyle:
    """How cards and captions look. Sizes are shares of the picture's shorter side."""

    ground: Colour = (24, 126, 130)
    ink: Colour = (226, 124, 131)
    """On cards; captions are always light on a soft shadow."""
    card_size: float = 0.105
    caption_size: float = 0.058
    caption_bottom: float = 0.08


# Warm near-black and warm near-white; warm paper and sepia; black and white.
STYLES = {
    "plain": TitleStyle(),
    "album": TitleStyle(ground=(218, 118, 133), ink=(52, 122, 136), card_size=0.095),
    "cinema": TitleStyle(
        ground=(16, 128, 128), ink=(235, 128, 128), card_size=0.085, caption_size=0.05, caption_bottom=0.06
    ),
}
"""By `compiler.timeline.model.TITLE_STYLES`."""
CAPTION_INK = (226, 124, 131)


def rgb(colour: Colour) -> tuple[int, int, int]:
    """From BT.709 in limited range to what a browser shows."""
    luma, blue, red = ((colour[0] - 16) / 219, (colour[1] - 128) / 224, (colour[2] - 128) / 224)
    red_part = luma + 1.5748 * red
    blue_part = luma + 1.8556 * blue
    green_part = (luma - 0.2126 * red_part - 0.0722 * blue_part) / 0.7152
    return _byte(red_part), _byte(green_part), _byte(blue_part)


def _byte(part: float) -> int:
    return round(255 * min(1.0, max(0.0, part)))


def hex_of(colour: Colour) -> str:
    """As style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*rgb(colour))
