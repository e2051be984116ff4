"""PNG files read chunk by chunk: what does not matter never decides, and rows come in bands.

Chunks that are not needed to draw the picture (ancillary ones) are dropped where their checksum, their length
or what they unpack to is wrong. Rows are unpacked some at a time: a picture of any size takes little memory.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, PngImagePlugin

from echoes.photos.decoding.missing_rows import ENOUGH, TruncatedImage
from echoes.photos.decoding.scaling import BAND_BYTES

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_UNPACKED = 8 * 1024 * 1024
"""Of a colour profile. The largest in use, tables for printers, have half of that."""
MOST_TEXT = 1024 * 1024
_PIECE = 256 * 1024
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_TEXTS = (b"Raw profile type exif\0", b"Raw profile type APP1\0", b"XML:com.adobe.xmp\0")
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced picture: first column, first row, and the steps between columns and rows."""


@dataclass
class PngFile:
    path: Path
    header: bytes = b""
    kept: list[tuple[bytes, bytes]] = field(default_factory=list)
    data: list[tuple[int, int]] = field(default_factory=list)
    """Where the compressed rows lie: offsets and lengths."""

    @classmethod
    def read(cls, path: Path) -> "PngFile":
        """Raises ValueError for a file without a head."""
        png = cls(path)
        with path.open("rb") as file:
            file.seek(len(SIGNATURE))
            while (chunk := _chunk_head(file)) and chunk[1] != b"IEND":
                png._take(file, *chunk)
        if len(png.header) != 13 or png.colour not in _CHANNELS or not png.data:
            raise ValueError("a PNG file without a head, or without a picture")
        return png

    @property
    def size(self) -> tuple[int, int]:
        width, height = struct.unpack_from(">II", self.header)
        return width, height

    @property
    def depth(self) -> int:
        return self.header[8]

    @property
    def colour(self) -> int:
        return self.header[9]

    @property
    def is_interlaced(self) -> bool:
        return bool(self.header[12])

    @property
    def comes_in_bands(self) -> bool:
        return self.depth == 8 and not self.is_interlaced

    @property
    def brightest(self) -> float:
        """In candela per square metre; 0: not said."""
        screen = self.chunk(b"mDCV")
        return struct.unpack_from(">I", screen, 16)[0] / 10_000 if screen else 0.0

    def chunk(self, kind: bytes) -> bytes | None:
        return next((content for name, content in self.kept if name == kind), None)

    def head(self) -> Image.Image:
        """The picture without its rows: size, mode, colours and EXIF as Pillow reads them."""
        return _opened(self._encoded(self.header, self.kept, b""))

    def bands(self) -> Iterator[Image.Image]:
        """As many rows as there are, however the file ends."""
        drawing = [chunk for chunk in self.kept if chunk[0] in (b"PLTE", b"tRNS")]
        before = bytes(self._row_bytes(self.size[0]) - 1)
        for count, packed in self._rows():
            # A picture of its own, below the last row of the one before: rows are stored as differences.
            header = struct.pack(">II", self.size[0], count + 1) + self.header[8:]
            strip = _opened(self._encoded(header, drawing, zlib.compress(b"\0" + before + packed, 0)))
            try:
                strip.load()
            except (OSError, SyntaxError, ValueError):
                return
            before = strip.crop((0, count, strip.width, count + 1)).tobytes()
            yield strip.crop((0, 1, strip.width, count + 1))

    def whole(self) -> Image.Image:
        """All rows that are there at once, for kinds that do not come in bands. Raises TruncatedImage."""
        rows = self._rows_there()
        if rows < self.size[1] * ENOUGH:
            raise TruncatedImage
        with self.path.open("rb") as file:
            packed = b"".join(_pieces(file, self.data))
        image = _opened(self._encoded(self.header, self.kept, packed))
        ImageFile.LOAD_TRUNCATED_IMAGES = rows < self.size[1]  # In this process of one picture alone.
        image.load()
        return image.crop((0, 0, image.width, rows)) if rows < image.height else image

    def _take(self, file: BinaryIO, length: int, kind: bytes) -> None:
        start = file.tell()
        if kind == b"IDAT":
            self.data.append((start, length))
        elif kind in _CHECKS and length <= MOST_UNPACKED:
            content, checksum = file.read(length), file.read(4)
            is_right = struct.pack(">I", zlib.crc32(kind + content)) == checksum
            if kind in (b"IHDR", b"PLTE") and not is_right:
                raise ValueError("a PNG file whose head is damaged")
            if kind == b"IHDR":
                self.header = self.header or content
            elif is_right and _CHECKS[kind](content, self):
                self.kept.append((kind, content))
        file.seek(start + length + 4)

    def _encoded(self, header: bytes, chunks: list[tuple[bytes, bytes]], packed: bytes) -> bytes:
        """A file for Pillow, which does not look at the checksum of rows."""
        parts = [SIGNATURE]
        for kind, content in [(b"IHDR", header), *chunks, (b"IDAT", packed), (b"IEND", b"")]:
            checksum = 0 if kind == b"IDAT" else zlib.crc32(kind + content)
            parts += [struct.pack(">I", len(content)), kind, content, struct.pack(">I", checksum)]
        return b"".join(parts)

    def _row_bytes(self, width: int) -> int:
        """With the byte before each row that says how it is stored."""
        return 1 + (width * _CHANNELS[self.colour] * self.depth + 7) // 8

    def _rows(self) -> Iterator[tuple[int, bytes]]:
        """Rows as they are stored, as many at a time as fit into a band."""
        row, left = self._row_bytes(self.size[0]), self.size[1]
        most = max(1, BAND_BYTES // row)
        waiting = bytearray()
        for piece in self._unpacked():
            waiting += piece
            while len(waiting) >= row * min(most, left) and left:
                count = min(most, left)
                yield count, bytes(waiting[: count * row])
                del waiting[: count * row]
                left -= count
        if count := min(left, len(waiting) // row):
            yield count, bytes(waiting[: count * row])

    def _unpacked(self) -> Iterator[bytes]:
        inflating = zlib.decompressobj()
        with self.path.open("rb") as file:
            for piece in _pieces(file, self.data):
                while piece and not inflating.eof:
                    try:
                        yield inflating.decompress(piece, BAND_BYTES)
                    except zlib.error:
                        return
                    piece = inflating.unconsumed_tail

    def _rows_there(self) -> int:
        """From the top, and complete."""
        there = sum(map(len, self._unpacked()))
        if not self.is_interlaced:
            return there // self._row_bytes(self.size[0])
        for x, y, across, down in _PASSES:
            columns, rows = -(-(self.size[0] - x) // across), -(-(self.size[1] - y) // down)
            whole = self._row_bytes(columns) * rows if columns > 0 and rows > 0 else 0
            if there < whole:
                return there // self._row_bytes(columns) * 2 if (y, down) == (1, 2) else 0
            there -= whole
        return self.size[1]


def _chunk_head(file: BinaryIO) -> tuple[int, bytes] | None:
    head = file.read(8)
    return struct.unpack(">I4s", head) if len(head) == 8 else None


def _pieces(file: BinaryIO, ranges: list[tuple[int, int]]) -> Iterator[bytes]:
    for start, length in ranges:
        file.seek(start)
        while length and (piece := file.read(min(length, _PIECE))):
            length -= len(piece)
            yield piece


def _opened(content: bytes) -> Image.Image:
    PngImagePlugin.MAX_TEXT_CHUNK = MOST_UNPACKED
    return Image.open(io.BytesIO(content), formats=("PNG",))


def _is_transparency(content: bytes, png: PngFile) -> bool:
    palette = png.chunk(b"PLTE")
    most = len(palette) // 3 if palette else 0
    return len(content) == {0: 2, 2: 6}.get(png.colour, -1) or (png.colour == 3 and len(content) <= most)


def _is_profile(content: bytes, png: PngFile) -> bool:
    name, _, rest = content.partition(b"\0")
    return bool(name) and rest[:1] == b"\0" and _unpacks(rest[1:], MOST_UNPACKED)


def _is_text(content: bytes, png: PngFile) -> bool:
    """Of texts only those count that tell what EXIF tells."""
    if not content.startswith(_TEXTS) or len(content) > MOST_TEXT:
        return False
    _, _, rest = content.partition(b"\0")
    packed = rest[1:] if rest[:1] == b"\0" and not content.startswith(_TEXTS[2]) else b""
    if content.startswith(_TEXTS[2]) and rest[:1] == b"\1":
        packed = rest[2:].split(b"\0", 2)[-1]
    return not packed or _unpacks(packed, MOST_TEXT)


def _unpacks(packed: bytes, most: int) -> bool:
    inflating = zlib.decompressobj()
    try:
        inflating.decompress(packed, most)
    except zlib.error:
        return False
    return inflating.eof


_CHECKS = {
    b"IHDR": lambda content, png: False,
    b"PLTE": lambda content, png: len(content) % 3 == 0,
    b"tRNS": _is_transparency,
    b"iCCP": _is_profile,
    b"cICP": lambda content, png: len(content) == 4,
    b"mDCV": lambda content, png: len(content) == 24,
    b"eXIf": lambda content, png: True,
    b"tEXt": _is_text,
    b"zTXt": _is_text,
    b"iTXt": _is_text,
}
"""Chunks that are kept, and what must be so. Whatever is not here is not needed for a photograph."""
