"""AVIF files beyond what Pillow makes of them: large ones, deep ones, and those turned by EXIF alone."""

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from echoes.photos.decoding.codecs.ffmpeg import decoded_frame

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

LARGE = 24_000_000
"""Pixels from which on FFmpeg decodes: Pillow takes some ten bytes for each."""


def is_large(image: Image.Image) -> bool:
    return image.width * image.height > LARGE and image.mode == "RGB"


def frame(path: Path, image: Image.Image) -> "VideoFrame | None":
    """By FFmpeg, which sees one tile alone of a picture that is made of tiles: then none."""
    found = decoded_frame(path)
    return found if (found.width, found.height) == image.size else None


def untouched_exif(image: Image.Image) -> bytes | None:
    """As it stands in the file: Pillow puts the boxes' turn in its place, also where they have none."""
    exif: bytes | None = image._decoder.get_info()[4]  # type: ignore[attr-defined]
    return exif
