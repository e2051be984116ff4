"""JPEG files, decoded smaller where that is enough, and as far as they go where their end is missing."""

import io
import mmap
import random
import re
from pathlib import Path

from PIL import Image

from echoes.photos.decoding.missing_rows import rows_there
from echoes.photos.decoding.scaling import Size

SIGNATURE = b"\xff\xd8"
_END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd9-\xef\xfe]")
"""What begins a segment, or ends the picture. Within a scan none of them can occur by chance."""
_FILLING = 64 * 1024
_CODING_STYLE, _LEVELS = b"\xff\x52", 9


def is_truncated(path: Path) -> bool:
    """Whether the picture has no end of its own. What follows it, as in a motion photo, says nothing."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = len(SIGNATURE)
        while found := _MARKER.search(content, place):
            if found.group() == _END:
                return False
            # Its length leads over a segment, and over a scan's header: the scan itself has no markers.
            place = found.end() + int.from_bytes(content[found.end() : found.end() + 2])
    return True


def draft(image: Image.Image, target: Size) -> None:
    """Decode at a half, a quarter or an eighth, if that leaves three quarters of what is kept: faster."""
    image.draft(None, (int(target[0] * 0.75), int(target[1] * 0.75)))


def decode_truncated(path: Path, target: Size) -> tuple[Image.Image, Size]:
    """The rows that are there, of a file that is cut off, and the size of all. Raises Incomplete."""
    there = path.read_bytes().rstrip(b"\0").rstrip(b"\xff")
    one = _decoded(there + _END, target)
    return rows_there(one, _decoded(there + _noise() + _END, target)), one.size


def jpeg_2000_levels(path: Path) -> int:
    """How often a JPEG 2000 file can be halved while it is decoded."""
    with path.open("rb") as file:
        start = file.read(_FILLING)
    place = start.find(_CODING_STYLE)
    return start[place + _LEVELS] if 0 <= place < len(start) - _LEVELS else 0


def _decoded(content: bytes, target: Size) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("JPEG",))
    draft(image, target)
    image.load()
    return image


def _noise() -> bytes:
    """Anything but what would be a mark."""
    return random.Random(1).randbytes(_FILLING).replace(b"\xff", b"\xfe")  # noqa: S311 -- no secret
