"""HEIC files decoded by libheif: in bands, or with all their bits."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pillow_heif
from PIL import Image

from echoes.photos.decoding.scaling import BAND_BYTES, Size

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


def bands(path: Path) -> tuple[Size, Iterator[Image.Image]]:
    """Out of the decoder's own memory: Pillow's copy would take as much again."""
    image = _main_image(path, to_8_bits=True)
    return image.size, _bands(image)


def _bands(image: pillow_heif.HeifImage) -> Iterator[Image.Image]:
    (width, height), stride, mode = image.size, image.stride, image.mode
    data = memoryview(image.data)
    rows = max(1, BAND_BYTES // stride)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        part = data[top * stride : (top + count) * stride]
        yield Image.frombytes(mode, (width, count), part, "raw", mode, stride)


def deep_frame(path: Path) -> "VideoFrame | None":
    """With more than eight bits for each colour, if it has them, and opaque."""
    import numpy as np
    from av.video.frame import VideoFrame

    image = _main_image(path, to_8_bits=False)
    if image.mode != "RGB;16":
        return None
    width, height = image.size
    rows = np.frombuffer(image.data, np.uint16).reshape(height, -1)[:, : width * 3]
    return VideoFrame.from_ndarray(np.ascontiguousarray(rows.reshape(height, width, 3)), "rgb48le")


def _main_image(path: Path, to_8_bits: bool) -> pillow_heif.HeifImage:
    file = pillow_heif.open_heif(path, convert_hdr_to_8bit=to_8_bits)
    return file[file.primary_index]
