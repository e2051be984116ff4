"""From a file that somebody sent to the photograph that Echoes keeps.

Upright, sRGB, scaled, and without a word about where, when and with what it was taken: the capture date is
returned, for the row. This runs in a process of its own (see darkroom), because the file may be anything.
"""

import io
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from echoes.photos.colour import to_plain_mode, to_srgb

Options = dict[str, Any]

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
SMALLEST_SIDE = 32
MASTER: Options = {"format": "JPEG", "quality": 92, "subsampling": "4:4:4"}
THUMBNAIL: Options = {"format": "WEBP", "quality": 80, "method": 4}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unusable(Exception):
    """`reason` is a key of intake.SENTENCES."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    pixels: int
    longest_side: int
    thumbnail_side: int


@dataclass(frozen=True)
class Developed:
    width: int
    height: int
    taken_at: str | None


def develop(source: Path, master: Path, thumbnail: Path, limits: Limits) -> Developed:
    """Raises Unusable, or the OSError of a full disk."""
    photo, taken_at = _read(source, limits)
    if min(photo.size) < SMALLEST_SIDE:
        raise Unusable("too_small")
    photo.info.clear()
    _write(photo, master, MASTER)
    width, height = photo.size
    photo.thumbnail((limits.thumbnail_side, limits.thumbnail_side), Image.Resampling.LANCZOS)
    _write(photo, thumbnail, THUMBNAIL)
    return Developed(width, height, taken_at.isoformat() if taken_at else None)


def _read(source: Path, limits: Limits) -> tuple[Image.Image, datetime | None]:
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=FORMATS) as image:
            return _decode(image, limits.longest_side)
    except UnidentifiedImageError as error:
        raise Unusable("not_a_picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Unusable("too_many_pixels") from error
    except Exception as error:
        # Decoders raise whatever they like (OSError, SyntaxError, ValueError, EOFError, …) at a damaged file.
        raise Unusable("damaged") from error


def _decode(image: Image.Image, longest_side: int) -> tuple[Image.Image, datetime | None]:
    _decode_big_jpegs_smaller(image, longest_side)
    image.load()
    orientation, taken_at = _from_exif(image)
    photo = to_plain_mode(image)
    # Scaling first makes all that follows small: memory is what a big picture costs most of.
    photo.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if orientation in UPRIGHT:
        photo = photo.transpose(UPRIGHT[orientation])
    return to_srgb(photo), taken_at


def _decode_big_jpegs_smaller(image: Image.Image, longest_side: int) -> None:
    """At a half, a quarter or an eighth, if that leaves three quarters of what we keep: many times faster."""
    scale = min(1.0, longest_side * 0.75 / max(image.size))
    width, height = image.size
    image.draft(None, (int(width * scale), int(height * scale)))


def _from_exif(image: Image.Image) -> tuple[int, datetime | None]:
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        orientation = int(exif.get(ExifTags.Base.Orientation, 1))
    except Exception:
        # A broken EXIF block breaks no photograph; Pillow raises anything from SyntaxError to struct.error.
        return 1, None
    date = str(details.get(ExifTags.Base.DateTimeOriginal, ""))
    return orientation, _moment(date, str(details.get(ExifTags.Base.OffsetTimeOriginal, "")))


def _moment(date: str, offset: str) -> datetime | None:
    """Cameras seldom say in which time zone they are: then their own clock is taken for UTC."""
    date, offset = date.strip(" \0"), offset.strip(" \0")
    for text, pattern in ((date + offset, "%Y:%m:%d %H:%M:%S%z"), (date + "+00:00", "%Y:%m:%d %H:%M:%S%z")):
        try:
            return datetime.strptime(text, pattern).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _write(photo: Image.Image, path: Path, options: Options) -> None:
    """By way of memory: encoders that write to a file themselves do not say that the disk is full."""
    encoded = io.BytesIO()
    photo.save(encoded, **options)
    path.write_bytes(encoded.getbuffer())
