"""Input image of a provider: untouched where that is possible, else cropped and encoded again."""

import asyncio
import base64
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from echoes.errors import StorageFull
from echoes.providers.base import NotSubmitted, RequestRefused, Size
from echoes.providers.download import NO_ROOM

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
QUALITY = 92
UNREADABLE = "We could not read this photo. Please upload it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRequirements:
    """What a provider takes. Shapes are width divided by height."""

    max_bytes: int
    longest_side: int
    narrowest: float
    widest: float


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    path: Path
    media_type: str

    @property
    def data_uri_length(self) -> int:
        return len(f"data:{self.media_type};base64,") + 4 * ((self.path.stat().st_size + 2) // 3)

    async def data_uri(self) -> str:
        encoded = await asyncio.to_thread(lambda: base64.b64encode(self.path.read_bytes()).decode())
        return f"data:{self.media_type};base64,{encoded}"


async def prepare(
    photo: Path, folder: Path, accepts: PhotoRequirements, shape: Size | None = None
) -> PreparedPhoto:
    """`shape`: the clip takes the picture's own, so that is made the film's. Raises NotSubmitted."""
    try:
        return await asyncio.to_thread(_prepare, photo, folder, accepts, shape)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        # Pillow calls a damaged PNG a mistake of syntax.
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise NotSubmitted(StorageFull().sentence, cause=repr(error)) from error
        raise RequestRefused(UNREADABLE, cause=repr(error)) from error


def _prepare(photo: Path, folder: Path, accepts: PhotoRequirements, shape: Size | None) -> PreparedPhoto:
    with Image.open(photo, formats=list(MEDIA_TYPES)) as image:
        box = _box(image.size, accepts, shape)
        fits = photo.stat().st_size <= accepts.max_bytes and max(image.size) <= accepts.longest_side
        if fits and box == (0, 0, *image.size):
            image.verify()
            return PreparedPhoto(photo, MEDIA_TYPES[str(image.format)])
        return _encode(image.convert("RGB").crop(box), folder / "prepared.jpg", accepts)


def _encode(image: Image.Image, target: Path, accepts: PhotoRequirements) -> PreparedPhoto:
    """Smaller and smaller, until it is small enough."""
    side = min(accepts.longest_side, max(image.size))
    while True:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        image.save(target, "JPEG", quality=QUALITY)
        if target.stat().st_size <= accepts.max_bytes:
            return PreparedPhoto(target, "image/jpeg")
        side = side * 3 // 4


def _box(size: Size, accepts: PhotoRequirements, shape: Size | None) -> tuple[int, int, int, int]:
    """The part that stays: the middle, and of a tall picture rather the upper part, where faces are."""
    width, height = size
    wanted = shape[0] / shape[1] if shape else width / height
    wanted = min(max(wanted, accepts.narrowest), accepts.widest)
    if width / height > wanted:
        kept = min(width, round(height * wanted))
        left = (width - kept) // 2
        return left, 0, left + kept, height
    kept = min(height, round(width / wanted))
    top = (height - kept) // 3
    return 0, top, width, top + kept
