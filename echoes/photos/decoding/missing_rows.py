"""Truncated images: rows that the file lacks are counted, and filled with the last one there."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from echoes.errors import InternalError

ENOUGH = 0.95
"""The part of the rows that must be there. With fewer it is another picture than was taken."""
_VISIBLE = 32  # levels: less is the noise of detail that is not yet refined


class TruncatedImage(InternalError):
    """Too few rows are there."""

    code = "truncated_image"


class CompleteRows:
    """All rows of `height`: where bands end too early, the last row is repeated. Raises TruncatedImage."""

    def __init__(self, bands: Iterator[Image.Image], height: int) -> None:
        self._bands, self._height = bands, height
        self.is_short = False

    def __iter__(self) -> Iterator[Image.Image]:
        rows, last = 0, None
        for band in self._bands:
            rows += band.height
            last = band.crop((0, band.height - 1, band.width, band.height))
            yield band
        if last is None or rows < self._height * ENOUGH:
            raise TruncatedImage
        self.is_short = rows < self._height
        if self.is_short:
            yield last.resize((last.width, self._height - rows), Image.Resampling.NEAREST)


def rows_there(one: Image.Image, other: Image.Image) -> Image.Image:
    """The rows before the first one in which two decodings differ visibly. Raises TruncatedImage for too few.

    What decoders make of bytes that are missing depends on what is put in their place; what they make of
    those that are there does not. So two fillings tell which rows are truly there.
    """
    levels = [255 * (level > _VISIBLE) for level in range(256)] * len(one.getbands())
    differs = ImageChops.difference(one, other).point(levels).getbbox(alpha_only=False)
    rows = differs[1] if differs else one.height
    if rows < one.height * ENOUGH:
        raise TruncatedImage
    return one.crop((0, 0, one.width, rows))
