"""Perceptual hash and sharpness of a picture, of its thumbnail: all pictures at one size.

The hash is a dHash: whether each of 8 × 8 fields is brighter than its neighbour on the right. Sharpness is
the variance of the Laplacian over that of the picture, so that a dull print is not taken for a blurred one.
"""

from itertools import pairwise

from PIL import Image, ImageFilter, ImageStat

FIELDS = 8
SIDE = 256
LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
FLATTEST = 1.0
"""Variance. A picture of one colour is neither sharp nor blurred."""


def fingerprint_of(picture: Image.Image) -> str:
    """64 bits, as 16 hexadecimal digits."""
    fields = _grey(picture).resize((FIELDS + 1, FIELDS), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(FIELDS):
        line = fields[row * (FIELDS + 1) : (row + 1) * (FIELDS + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left < right)
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """In how many of the 64 bits two fingerprints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def sharpness_of(picture: Image.Image) -> float:
    grey = _grey(picture)
    scale = SIDE / max(grey.size)
    grey = grey.resize((max(3, round(grey.width * scale)), max(3, round(grey.height * scale))))
    contrast = max(FLATTEST, ImageStat.Stat(grey).var[0])
    edges = grey.filter(LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))
    return round(ImageStat.Stat(edges).var[0] / contrast, 5)


def _grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L")
