"""Paper border of a scanned print: found by its even light colour, so that it stays out of the frame."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compiler.subject import WHOLE, Box

_SIDE = 320
_LIGHTEST_OF_BLACK = 150  # paper is lighter: the luma of its darkest channel, yellowed as it may be
_TOLERANCE = 26
_OF_A_LINE = 0.97  # of a line's pixels look like paper, or it belongs to the picture
_STEP = 0.55  # of the pixels just inside may look like paper: more, and it is a picture of something light
_WIDEST = 0.3
_NARROWEST = 0.008
_SMALLEST_PICTURE = 0.4
_MARGIN = 0.004  # of the side, for an edge that is not quite straight

Paper = NDArray[np.bool_]


def find_picture(image: Image.Image) -> Box:
    """The picture inside the border; the whole where there is no border on all four sides."""
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if min(small.size) < 32:
        return WHOLE
    paper = _like_paper(np.asarray(small, np.int16))
    if paper is None:
        return WHOLE
    edges = _border(paper), _border(paper.T), _border(paper[::-1]), _border(paper.T[::-1])
    if None in edges:
        return WHOLE
    top, left, bottom, right = (edge for edge in edges if edge is not None)
    height, width = paper.shape
    picture = Box(
        left / width + _MARGIN,
        top / height + _MARGIN,
        1 - right / width - _MARGIN,
        1 - bottom / height - _MARGIN,
    )
    return picture if picture.area >= _SMALLEST_PICTURE else WHOLE


def _like_paper(pixels: NDArray[np.int16]) -> Paper | None:
    """Which pixels have the colour of the outermost ones, where that is a light one."""
    ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(ring, axis=0)
    if colour.min() < _LIGHTEST_OF_BLACK:
        return None
    return np.asarray(np.abs(pixels - colour).max(axis=2) <= _TOLERANCE)


def _border(paper: Paper) -> int | None:
    """How many lines at the top are paper; None where that is no border with a picture behind it."""
    lines = paper.mean(axis=1) >= _OF_A_LINE
    if lines.all():
        return None
    deep = int(np.argmin(lines))
    if not max(1, _NARROWEST * len(paper)) <= deep <= _WIDEST * len(paper):
        return None
    # The line where the picture begins may be half paper: look a little further in.
    inside = paper[deep + 1 : deep + 4]
    middle = inside[:, paper.shape[1] // 5 : -(paper.shape[1] // 5)]
    return deep + 1 if middle.mean() <= _STEP else None
