"""Input image of a provider: untouched where that is possible, else cropped and encoded again."""

import asyncio
import base64
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from compiler.camera.framing import frame_photo
from compiler.subject import Box, PhotoSubject, around
from echoes.errors import StorageFull
from echoes.providers.base import ClipRequest, NotSubmitted, RequestRefused, Size
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
    photo: Path,
    folder: Path,
    accepts: PhotoRequirements,
    shape: Size | None = None,
    request: ClipRequest | None = None,
) -> PreparedPhoto:
    """`shape`: the clip takes the picture's own, so that is made the film's. `request` says where people are
    in it, who are then not cut. Raises NotSubmitted."""
    try:
        return await asyncio.to_thread(_prepare, photo, folder, accepts, shape, request)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        # Pillow calls a damaged PNG a mistake of syntax.
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise NotSubmitted(StorageFull().sentence, cause=repr(error)) from error
        raise RequestRefused(UNREADABLE, cause=repr(error)) from error


def _prepare(
    photo: Path, folder: Path, accepts: PhotoRequirements, shape: Size | None, request: ClipRequest | None
) -> PreparedPhoto:
    with Image.open(photo, formats=list(MEDIA_TYPES)) as image:
        box = _box(image.size, accepts, shape, request)
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


def shape_with_people(request: ClipRequest, shape: Size) -> Size | None:
    """The shape, where somebody must not be cut: for a provider that would cut the middle out itself."""
    return shape if request.framing.focus or (request.subject and request.subject.faces) else None


def _box(
    size: Size, accepts: PhotoRequirements, shape: Size | None, request: ClipRequest | None
) -> tuple[int, int, int, int]:
    """The part that stays, with the heads in it. Where nothing is known of any: the middle, and of a tall
    picture rather the upper part, where faces are."""
    width, height = size
    wanted = shape[0] / shape[1] if shape else width / height
    wanted = min(max(wanted, accepts.narrowest), accepts.widest)
    across, down = min(width, round(height * wanted)), min(height, round(width / wanted))
    left, top = (width - across) // 2, (height - down) // 3
    if request and (kept := _kept(size, (across, down), request)) is not None:
        left = _moved(left, across, kept.left * width, kept.right * width, width)
        top = _moved(top, down, kept.top * height, kept.bottom * height, height)
    return left, top, left + across, top + down


def _kept(size: Size, frame: Size, request: ClipRequest) -> Box | None:
    """The heads, or what is around the point that its owner chose, in parts of the photo."""
    framing = frame_photo(size, frame, request.subject or PhotoSubject(), request.framing)
    if framing.heads:
        return around(framing.heads).out_of(framing.picture)
    if request.framing.focus is None:
        return None
    (x, y), across, down = request.framing.focus, frame[0] / size[0] / 2, frame[1] / size[1] / 2
    return Box(x - across, y - down, x + across, y + down)


def _moved(start: int, length: int, first: float, last: float, whole: int) -> int:
    """As little as it must be, for all from first to last to be in it, or the middle of what is longer."""
    if last - first > length:
        start = round((first + last - length) / 2)
    else:
        start = round(min(max(start, last - length), first))
    return min(max(start, 0), whole - length)
