"""Sub-pixel resampling of what a camera sees of a photograph."""

import math

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from PIL import Image

from compiler.camera.moves import CameraPath, Crop
from compiler.codec.profile import Size
from compiler.picture.photograph import to_planes

# The photograph is kept this much finer than the tightest crop needs, so that frames between
# whole pixels are as sharp as frames on them.
SUBPIXEL_STEPS = 1.15
_FILTER = Image.Resampling.BICUBIC
_CHROMA_PADDING = 2


class Scene:
    """The part of a photograph that a camera path sees, ready to be resampled for every frame."""

    def __init__(self, image: Image.Image, path: CameraPath, frame: Size) -> None:
        self._frame = frame
        left, top, right, bottom = path.extent
        margin = 4 * path.start.width / frame[0]  # what the filter reads beyond the crop
        area = (
            max(0, int(left - margin)),
            max(0, int(top - margin)),
            min(image.width, math.ceil(right + margin)),
            min(image.height, math.ceil(bottom + margin)),
        )
        width, height = area[2] - area[0], area[3] - area[1]
        scale = min(1.0, SUBPIXEL_STEPS * frame[0] / min(path.start.width, path.end.width))
        kept = (max(1, round(width * scale)), max(1, round(height * scale)))
        self._origin = area[:2]
        self._scale = (kept[0] / width, kept[1] / height)
        if kept == (width, height):
            self._planes = to_planes(image.crop(area))
        else:
            self._planes = to_planes(image.resize(kept, Image.Resampling.LANCZOS, area, reducing_gap=3.0))
        self._chroma = [_padded(plane) for plane in (self._planes.blue, self._planes.red)]

    def frame(self, crop: Crop) -> VideoFrame:
        """What the camera sees of a crop, at its exact place between the pixels."""
        left, top, right, bottom = crop.box
        across, down = self._scale
        luma_box = (
            max(0.0, (left - self._origin[0]) * across),
            max(0.0, (top - self._origin[1]) * down),
            min(float(self._planes.luma.width), (right - self._origin[0]) * across),
            min(float(self._planes.luma.height), (bottom - self._origin[1]) * down),
        )
        # Chroma samples of H.264 lie on the left one of the two luma columns that they colour:
        # seen from the luma, the chroma picture begins half a pixel earlier.
        half_pixel = (luma_box[2] - luma_box[0]) / self._frame[0] / 2
        chroma_box = (
            (luma_box[0] - half_pixel) / 2 + _CHROMA_PADDING,
            luma_box[1] / 2,
            (luma_box[2] - half_pixel) / 2 + _CHROMA_PADDING,
            luma_box[3] / 2,
        )
        frame = VideoFrame(*self._frame, "yuv420p")
        half = (self._frame[0] // 2, self._frame[1] // 2)
        _fill(frame.planes[0], self._planes.luma.resize(self._frame, _FILTER, luma_box))
        for plane, chroma in zip(frame.planes[1:], self._chroma, strict=True):
            _fill(plane, chroma.resize(half, _FILTER, chroma_box))
        return frame


def _padded(plane: Image.Image) -> Image.Image:
    """With its first column repeated to the left, for crops that begin with the photograph."""
    return Image.fromarray(np.pad(np.asarray(plane), ((0, 0), (_CHROMA_PADDING, 0)), mode="edge"))


def _fill(plane: VideoPlane, picture: Image.Image) -> None:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    rows[: picture.height, : picture.width] = np.asarray(picture)
