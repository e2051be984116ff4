"""EXIF orientation and date: how the camera was held, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import ExifTags, Image


@dataclass(frozen=True)
class Metadata:
    orientation: int = 1
    taken_at: datetime | None = None


def read_metadata(exif: Image.Exif) -> Metadata:
    """Of a broken EXIF block, nothing: it breaks no photograph."""
    try:
        details = exif.get_ifd(ExifTags.IFD.Exif)
        orientation = int(exif.get(ExifTags.Base.Orientation, 1))
    except Exception:
        # Pillow raises anything from SyntaxError to struct.error.
        return Metadata()
    date = str(details.get(ExifTags.Base.DateTimeOriginal, ""))
    return Metadata(orientation, _moment(date, str(details.get(ExifTags.Base.OffsetTimeOriginal, ""))))


def exif_of(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except Exception:
        return Image.Exif()  # As above.


def exif_in(block: bytes | None) -> Image.Exif:
    exif = Image.Exif()
    try:
        exif.load(block or b"")
    except Exception:
        return Image.Exif()  # As above.
    return exif


def _moment(date: str, offset: str) -> datetime | None:
    """Cameras seldom say in which time zone they are: then their own clock is taken for UTC."""
    date, offset = date.strip(" \0"), offset.strip(" \0")
    for text, pattern in ((date + offset, "%Y:%m:%d %H:%M:%S%z"), (date + "+00:00", "%Y:%m:%d %H:%M:%S%z")):
        try:
            return datetime.strptime(text, pattern).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
