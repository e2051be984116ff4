"""Image header parsing: how many pixels a picture claims to have, without any decoder.

This runs in the web process on what strangers send. So it reads a bounded part of the file, in a bounded
number of steps. A header that lies gains nothing: the sandbox refuses what has much more than it claims.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_READ = 256 * 1024
MOST_SEGMENTS = 1000
"""Of a JPEG, whose profiles and thumbnails come in many; sizes in a HEIF; pages of a TIFF."""
MOST_FILL_BYTES = 16
MOST_FIELDS = 256
SIZES_OF_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers that begin a frame, and not a table."""
TIFF_WIDTH, TIFF_HEIGHT, TIFF_SHORT = 256, 257, 3


@dataclass(frozen=True, slots=True)
class Header:
    """`format` as Pillow calls it; `pixels` of all pages together."""

    format: str
    pixels: int


def read_header(path: Path) -> Header | None:
    """None: of no format that is known here, not readable as one, or given up meanwhile."""
    try:
        with path.open("rb") as file:
            head = file.read(MOST_READ)
            return next((reader(file, head) for begins, reader in READERS if begins(head)), None)
    except (struct.error, ValueError, OverflowError, FileNotFoundError):
        return None


def _jpeg(file: BinaryIO, _head: bytes) -> Header | None:
    file.seek(2)
    for _ in range(MOST_SEGMENTS):
        marker = _marker(file)
        (length,) = _unpacked(file, ">H")
        if marker in SIZES_OF_JPEG:
            _, height, width = _unpacked(file, ">BHH")
            return Header("JPEG", width * height)
        file.seek(max(length - 2, 0), 1)
    return None


def _marker(file: BinaryIO) -> int:
    """The second byte of a marker; any number of 0xFF may fill the space before it."""
    begin, marker = _unpacked(file, ">BB")
    for _ in range(MOST_FILL_BYTES):
        if begin != 0xFF or marker != 0xFF:
            break
        (marker,) = _unpacked(file, ">B")
    if begin != 0xFF:
        raise ValueError("a marker is missing")
    return marker


def _png(_file: BinaryIO, head: bytes) -> Header | None:
    if head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return Header("PNG", width * height)


def _gif(_file: BinaryIO, head: bytes) -> Header:
    width, height = struct.unpack_from("<HH", head, 6)
    return Header("GIF", width * height)


def _bmp(_file: BinaryIO, head: bytes) -> Header:
    (version,) = struct.unpack_from("<I", head, 14)
    width, height = struct.unpack_from("<HH" if version == 12 else "<ii", head, 18)
    return Header("BMP", abs(width * height))


def _webp(_file: BinaryIO, head: bytes) -> Header | None:
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[place : place + 3], "little") + 1 for place in (24, 27))
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", head, 26))
    else:
        return None
    return Header("WEBP", width * height)


def _heif(_file: BinaryIO, head: bytes) -> Header | None:
    """The largest of the sizes there: tiles, thumbnails and the picture that is made of the tiles."""
    sizes, place = [0], head.find(b"ispe")
    while place >= 0 and len(sizes) < MOST_SEGMENTS:
        width, height = struct.unpack_from(">II", head, place + 8)
        sizes.append(width * height)
        place = head.find(b"ispe", place + 4)
    return Header("AVIF" if head[8:11] == b"avi" else "HEIF", max(sizes)) if max(sizes) else None


def _jpeg_2000(_file: BinaryIO, head: bytes) -> Header:
    if head.startswith(b"\xff\x4f"):
        width, height = struct.unpack_from(">II", head, 8)
    else:
        height, width = struct.unpack_from(">II", head, head.index(b"ihdr") + 4)
    return Header("JPEG2000", width * height)


def _tiff(file: BinaryIO, head: bytes) -> Header | None:
    """All pages: each becomes a photo."""
    order = "<" if head.startswith(b"II") else ">"
    (place,) = struct.unpack_from(f"{order}I", head, 4)
    pixels, seen = 0, set[int]()
    while place and place not in seen and len(seen) < MOST_SEGMENTS:
        seen.add(place)
        file.seek(place)
        page, place = _tiff_page(file, order)
        pixels += page
    return Header("TIFF", pixels) if pixels else None


def _tiff_page(file: BinaryIO, order: str) -> tuple[int, int]:
    """Its pixels, and where the next one stands."""
    (fields,) = _unpacked(file, f"{order}H")
    if fields > MOST_FIELDS:
        raise ValueError("too many fields")
    sides = {TIFF_WIDTH: 0, TIFF_HEIGHT: 0}
    for tag, kind, _count, value in struct.iter_unpack(f"{order}HHI4s", file.read(fields * 12)):
        if tag in sides:
            sides[tag] = struct.unpack_from(f"{order}{'H' if kind == TIFF_SHORT else 'I'}", value)[0]
    (following,) = _unpacked(file, f"{order}I")
    return sides[TIFF_WIDTH] * sides[TIFF_HEIGHT], following


def _unpacked(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


READERS: tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO, bytes], Header | None]], ...] = (
    (_begins(b"\xff\xd8\xff"), _jpeg),
    (_begins(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", _webp),
    (lambda head: head[4:8] == b"ftyp", _heif),
    (_begins(b"II*\0", b"MM\0*"), _tiff),
    (_begins(b"GIF87a", b"GIF89a"), _gif),
    (_begins(b"BM"), _bmp),
    (_begins(b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"), _jpeg_2000),
)
