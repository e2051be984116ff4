"""Downscaling in bands of rows: memory for the small picture, not for the large one."""

import math
from collections.abc import Iterator

from PIL import Image

from echoes.image_limits import LONGEST_SIDE

Size = tuple[int, int]

NARROW = 0.35
"""Of the longest side: a panorama's shorter side is kept at least this long, if its area allows."""
BAND_BYTES = 8 * 1024 * 1024
SMALL = 16_000_000
"""Pixels up to which a decoded picture is one band: to cut it would take time and save little memory."""
_SUPPORT = 3  # how far the Lanczos filter reaches, in rows of the small picture
_GAP = 1.5
"""How much larger than in the end a picture stays when whole pixels are merged first: quicker."""


def kept_size(size: Size, longest: int) -> Size:
    """As large as a square of `longest` allows by its side, or for panoramas by its area."""
    by_side, by_area = longest / max(size), longest / math.sqrt(size[0] * size[1])
    scale = max(by_side, min(by_area, longest * NARROW / min(size)))
    scale = min(1.0, scale, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def bands_of(image: Image.Image) -> Iterator[Image.Image]:
    """A decoded picture, some rows at a time if it is large."""
    if image.width * image.height <= SMALL:
        yield image
        return
    rows = max(1, BAND_BYTES // (4 * image.width))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def scaled(bands: Iterator[Image.Image], size: Size, target: Size) -> Image.Image:
    """One picture of all bands, which make up `size`, at `target`, which is no larger."""
    first = next(bands)
    if first.size == size == target:
        return first
    scaler = _Scaler(first.mode, size, target)
    scaler.add(first)
    for band in bands:
        scaler.add(band)
    return scaler.picture


class _Scaler:
    """Holds those rows that the filter still needs: the result is that of the whole picture at once."""

    def __init__(self, mode: str, size: Size, target: Size) -> None:
        self.picture = Image.new(mode, target)
        self._size, self._factor = size, size[1] / target[1]
        self._window: Image.Image | None = None
        self._top = self._done = 0

    def add(self, band: Image.Image) -> None:
        if self._size == self.picture.size:
            self.picture.paste(band, (0, self._done))
            self._done += band.height
            return
        window = self._window = _stacked(self._window, band)
        end = self._top + window.height
        is_last = end >= self._size[1]
        ready = self.picture.height if is_last else math.floor((end - 1) / self._factor) - _SUPPORT - 1
        if ready > self._done:
            self._draw(window, ready)

    def _draw(self, window: Image.Image, ready: int) -> None:
        top, bottom = self._done * self._factor - self._top, ready * self._factor - self._top
        box = (0, max(0.0, top), window.width, min(float(window.height), bottom))
        part = window.resize(
            (self.picture.width, ready - self._done), Image.Resampling.LANCZOS, box, reducing_gap=_GAP
        )
        self.picture.paste(part, (0, self._done))
        self._done = ready
        # As many rows again as the filter reaches, because reducing first makes it reach a little further.
        passed = max(0, math.floor(bottom - 2 * (_SUPPORT + 1) * self._factor))
        self._window = window.crop((0, passed, window.width, window.height))
        self._top += passed


def _stacked(above: Image.Image | None, below: Image.Image) -> Image.Image:
    if above is None:
        return below
    both = Image.new(below.mode, (below.width, above.height + below.height))
    both.paste(above, (0, 0))
    both.paste(below, (0, above.height))
    return both
