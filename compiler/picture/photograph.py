"""Load photographs: read once, upright, no larger than needed, then as BT.709 planes."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from compiler.codec.profile import Size
from compiler.errors import FileMissing, InputTooLarge, NotAPicture

MOST_PIXELS = 150_000_000

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
_TURNED = frozenset((5, 6, 7, 8))  # EXIF orientations that exchange width and height
_ORIENTATION = 0x0112
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error)

# BT.709 in limited range, from red, green and blue of 0 to 255.
_RED, _BLUE = 0.2126, 0.0722
_LUMA = np.array([_RED, 1 - _RED - _BLUE, _BLUE])
_TO_YUV = np.stack(
    [
        219 / 255 * _LUMA,
        112 / 255 * (np.array([0, 0, 1]) - _LUMA) / (1 - _BLUE),
        112 / 255 * (np.array([1, 0, 0]) - _LUMA) / (1 - _RED),
    ]
).astype(np.float32)
_OFFSETS = np.array([16.5, 128.5, 128.5], np.float32)  # with the half that makes truncation rounding


class Photograph:
    """An opened photograph whose pixels are not yet read."""

    def __init__(self, path: Path) -> None:
        with _readable():
            self._image = _open(path)
            width, height = self._image.size
            if width * height > MOST_PIXELS:
                raise InputTooLarge(f"A photo of {width}×{height} pixels is larger than we can handle.")
            turned = self._image.getexif().get(_ORIENTATION) in _TURNED
        self.size: Size = (height, width) if turned else (width, height)

    def read(self, scale: float) -> Image.Image:
        """The upright sRGB pixels, at `scale` or somewhat larger, where a JPEG gives that for less."""
        image = self._image
        least = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
        with _readable():
            image.draft("RGB", least)
            image.load()
            return _in_srgb(ImageOps.exif_transpose(image))


def _open(path: Path) -> Image.Image:
    if not path.is_file():
        raise FileMissing("The photo is no longer there.")
    pillow_heif.register_heif_opener()
    return Image.open(path, formats=_FORMATS)


@contextmanager
def _readable() -> Iterator[None]:
    """What Pillow raises for a file that it cannot read, as a sentence."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise NotAPicture("This file is not a photo we can read.") from error
    except Image.DecompressionBombError as error:
        raise InputTooLarge("This photo has more pixels than we can handle.") from error
    except _DAMAGED as error:
        raise NotAPicture("This photo is damaged and cannot be read completely.") from error


def _in_srgb(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue, in front of white where it is transparent."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float32)
        top = 65535 if image.mode.startswith("I;16") or values.max() > 255 else 255
        image = Image.fromarray((values.clip(0, top) * (255 / top) + 0.5).astype(np.uint8))
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    if profile and image.mode in ("RGB", "CMYK"):
        image = _without_profile(image, profile)
    return image.convert("RGB")


def _without_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # shown without it, as every viewer does with a profile that makes no sense
    return image if converted is None else converted


@dataclass(frozen=True)
class Planes:
    """A picture as luma and, at half its size, both chroma planes."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image


def to_planes(image: Image.Image) -> Planes:
    """Convert to BT.709 in limited range; a chroma sample is the mean of the four pixels it covers."""
    odd = (image.width % 2, image.height % 2)
    pixels = np.pad(np.asarray(image), ((0, odd[1]), (0, odd[0]), (0, 0)), mode="edge")
    planes = np.empty((3, *pixels.shape[:2]), np.uint8)
    for rows in range(0, len(pixels), 64):  # in bands, so that the wide numbers stay in the cache
        band = pixels[rows : rows + 64].astype(np.float32) @ _TO_YUV.T + _OFFSETS
        planes[:, rows : rows + 64] = band.transpose(2, 0, 1)
    luma, blue, red = (Image.fromarray(plane) for plane in planes)
    return Planes(luma, blue.reduce(2), red.reduce(2))
