"""WebP files: large ones decoded by FFmpeg within a small memory, cut ones as far as they go.

libwebp's decoder of animations, by which Pillow reads every WebP, takes 13 bytes for each pixel.
FFmpeg takes one and a half, and scales the picture before it becomes red, green and blue.
"""

import io
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from echoes.photos.decoding.codecs.ffmpeg import decoded_frame, scaled_frame
from echoes.photos.decoding.missing_rows import TruncatedImage, rows_there
from echoes.photos.decoding.scaling import Size

LARGE = 24_000_000
"""Pixels from which on FFmpeg decodes."""
_MOST_METADATA = 8 * 1024 * 1024
_ANIMATED = 0x02


@dataclass
class WebpFile:
    path: Path
    size: Size
    is_animated: bool
    profile: bytes | None
    exif: bytes | None
    announced: int
    """How long the file says that it is."""
    last_chunk: int = 0

    @classmethod
    def read(cls, path: Path) -> "WebpFile":
        """Raises ValueError for a file that does not begin like a picture."""
        with path.open("rb") as file:
            head = file.read(12)
            webp = cls(path, (0, 0), False, None, None, struct.unpack_from("<I", head, 4)[0] + 8)
            while len(head := file.read(8)) == 8:
                kind, length = struct.unpack("<4sI", head)
                start = file.tell()
                webp.last_chunk = start - 8
                webp._take(kind, file.read(min(length, _MOST_METADATA if kind in (b"ICCP", b"EXIF") else 10)))
                file.seek(start + length + length % 2)
        if 0 in webp.size:
            raise ValueError("a WebP file without a picture")
        return webp

    @property
    def is_truncated(self) -> bool:
        return self.path.stat().st_size < self.announced

    @property
    def is_large(self) -> bool:
        return self.size[0] * self.size[1] > LARGE and not self.is_animated

    def large(self, target: Size) -> Image.Image:
        """All of it at `target`."""
        return scaled_frame(decoded_frame(self.path), target)

    def whole(self) -> Image.Image:
        image = Image.open(self.path, formats=("WEBP",))
        image.load()
        return image

    def decode_truncated(self) -> Image.Image:
        """The rows that are there, of a file that is cut off. Raises TruncatedImage when they are too few."""
        missing = self.announced - self.path.stat().st_size
        filling = missing + self.size[0] * self.size[1] // 8  # more than whatever is drawn of it could read
        if missing > self.path.stat().st_size:
            raise TruncatedImage
        decodings = [image for image in map(self._with_end, _fillings(filling)) if image]
        if len(decodings) < 2:
            raise TruncatedImage
        return rows_there(*decodings[:2])

    def _with_end(self, filling: bytes) -> Image.Image | None:
        """Not all that is put at its end makes a file that can be decoded."""
        try:
            return _decoded(self._filled(filling))
        except OSError:
            return None

    def _filled(self, filling: bytes) -> bytes:
        """The file with this in the place of its end, and lengths that fit."""
        content = bytearray(self.path.read_bytes() + filling)
        content += bytes(len(content) % 2)
        struct.pack_into("<I", content, 4, len(content) - 8)
        struct.pack_into("<I", content, self.last_chunk + 4, len(content) - self.last_chunk - 8)
        return bytes(content)

    def _take(self, kind: bytes, content: bytes) -> None:
        if kind == b"ICCP":
            self.profile = content
        elif kind == b"EXIF":
            self.exif = content
        elif kind == b"VP8X" and len(content) == 10:
            self.is_animated = bool(content[0] & _ANIMATED)
            self.size = (
                1 + int.from_bytes(content[4:7], "little"),
                1 + int.from_bytes(content[7:10], "little"),
            )
        elif kind == b"VP8 " and len(content) == 10 and 0 in self.size:
            width, height = struct.unpack_from("<HH", content, 6)
            self.size = width & 0x3FFF, height & 0x3FFF
        elif kind == b"VP8L" and len(content) >= 5 and 0 in self.size:
            bits = int.from_bytes(content[1:5], "little")
            self.size = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _fillings(length: int) -> Iterator[bytes]:
    yield bytes(length)
    yield b"\xff" * length
    yield random.Random(1).randbytes(length)  # noqa: S311 -- no secret


def _decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("WEBP",))
    image.load()
    return image
