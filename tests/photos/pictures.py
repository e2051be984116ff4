"""Small pictures of every kind that people send, and of kinds that nobody should."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageDraw, ImageOps

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (30, 40, 190), (220, 200, 30)
SUFFIXES = ("jpg", "png", "webp", "avif", "heic")
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "heic": "HEIF"}
SECRET = "Rosa's garden, 12 Lilac Lane"
UNDO = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def quarters(size: tuple[int, int] = (160, 96)) -> Image.Image:
    """Red, green, blue and yellow from the top left in reading order: every turn and flip shows."""
    image, (width, height) = Image.new("RGB", size, RED), size
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return image


def corners(image: Image.Image) -> tuple[tuple[int, ...], ...]:
    width, height = image.size
    places = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    colours = (image.getpixel((int(width * x), int(height * y))) for x, y in places)
    return tuple(colour for colour in colours if isinstance(colour, tuple))


def centre(path: Path) -> tuple[int, ...]:
    with Image.open(path) as image:
        colour = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(colour, tuple)
    return colour


def is_near(colour: object, expected: tuple[int, ...], tolerance: int = 6) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) <= tolerance for one, other in zip(colour, expected, strict=True))


def as_shot(image: Image.Image, orientation: int) -> Image.Image:
    """As a camera that was held like this would store it."""
    turn = UNDO[orientation]
    return image.transpose(turn) if turn is not None else image


def exif(orientation: int = 1, date: str = "2019:07:14 18:30:05", offset: str = "") -> bytes:
    """With a place, a maker and an owner in it, none of which may get any further."""
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    block[ExifTags.Base.Make] = "Secretive Cameras"
    block[ExifTags.Base.Artist] = SECRET
    details: dict[int, Any] = {ExifTags.Base.DateTimeOriginal: date, ExifTags.Base.BodySerialNumber: SECRET}
    block._ifds[ExifTags.IFD.Exif] = details | ({ExifTags.Base.OffsetTimeOriginal: offset} if offset else {})
    block._ifds[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (48.0, 8.0, 14.0),
    }  # fmt: skip
    return block.tobytes()


def save(image: Image.Image, folder: Path, suffix: str, **options: Any) -> Path:
    pillow_heif.register_heif_opener()
    path = folder / f"picture.{suffix}"
    best: dict[str, Any] = {"quality": 95} if suffix != "png" else {}
    image.save(path, FORMATS[suffix], **best, **options)
    return path


def noisy(size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Too rich in detail for a few bytes: a part of the file is a part of the picture."""
    return ImageOps.autocontrast(Image.effect_noise(size, 80)).convert("RGB")


def png_that_claims(width: int, height: int) -> bytes:
    """A hundred bytes that promise any number of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def encoded(image: Image.Image, format_name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format_name, **options)
    return file.getvalue()


def jpeg_with_two_frames(small: tuple[int, int], large: tuple[int, int]) -> bytes:
    """The header reader finds the first, and the decoder keeps the last."""
    first, content = (encoded(Image.new("L", size), "JPEG") for size in (small, large))
    frame, at = first.index(b"\xff\xc0"), content.index(b"\xff\xc0")
    length = 2 + int.from_bytes(first[frame + 2 : frame + 4])
    return content[:at] + first[frame : frame + length] + content[at:]
