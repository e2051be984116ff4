"""Rotate the kept files of a photo by a quarter turn clockwise, in a process of their own (see rotation).

python -m echoes.photos.decoding.rotating REQUEST   one JSON object in, one JSON object out on standard output
"""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from echoes.photos.decoding.renditions import THUMBNAIL, write_picture
from echoes.photos.decoding.sandbox import limit_cpu_time, limit_resources

CLOCKWISE = Image.Transpose.ROTATE_270
BLOCK = 8
"""JPEG codes squares of so many pixels, from the upper left on."""
ANEW = 98
"""The quality for a picture whose squares fall elsewhere once it is turned: nobody sees the difference."""
Table = list[int]


def main(request: dict[str, Any]) -> dict[str, Any]:
    master, rotated, thumbnail = (Path(request[name]) for name in ("master", "rotated", "thumbnail"))
    try:
        width, height = rotate(master, rotated, thumbnail, request["thumbnail_side"], limit_cpu_time)
    except OSError as error:
        return {"errno": error.errno, "cause": repr(error)}
    return {"width": width, "height": height}


def rotate(
    master: Path,
    rotated: Path,
    thumbnail: Path,
    thumbnail_side: int,
    measured: Callable[[int], None] = lambda pixels: None,
) -> tuple[int, int]:
    """The size that it has then. The colours stay as they are coded, and so do the squares where they fit.

    `measured` hears how many pixels there are.
    """
    with Image.open(master, formats=("JPEG",)) as photo:
        measured(photo.width * photo.height)
        tables = _tables(photo)
        photo.draft("YCbCr", photo.size)
        turned = photo.transpose(CLOCKWISE)
    write_picture(turned, rotated, {"format": "JPEG", "qtables": tables, "subsampling": "4:4:4"})
    size = turned.size
    small = turned.convert("RGB")
    small.thumbnail((thumbnail_side, thumbnail_side), Image.Resampling.LANCZOS)
    write_picture(small, thumbnail, THUMBNAIL)
    return size


def _tables(photo: Image.Image) -> list[Table]:
    """How coarsely each frequency is coded, for each kind of channel. What lay across lies upright then, so
    that the same numbers come out again: a turn costs a quality that can hardly be measured. The squares fit
    when the lower edge, which becomes the left one, is an edge of squares."""
    coded: dict[int, Table] = getattr(photo, "quantization")  # noqa: B009 - a JpegImageFile's own
    tables = [_transposed(coded[number]) for number in sorted(coded)]
    if photo.height % BLOCK == 0:
        return tables
    return [[min(pair) for pair in zip(table, _fine_table(), strict=True)] for table in tables]


def _transposed(table: Table) -> Table:
    return [table[row * BLOCK + column] for column in range(BLOCK) for row in range(BLOCK)]


def _fine_table() -> Table:
    sample = io.BytesIO()
    Image.new("L", (BLOCK, BLOCK)).save(sample, "JPEG", quality=ANEW)
    with Image.open(sample) as image:
        fine: Table = getattr(image, "quantization")[0]  # noqa: B009
        return list(fine)


if __name__ == "__main__":
    limit_resources()
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
