"""One uncompressed frame as three planes (Y′CbCr 4:2:0, BT.709, limited range)."""

from typing import NamedTuple

import numpy as np
from av.video.frame import PictureType, VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from compiler.profile import BT709, LIMITED_RANGE, Size

Plane = NDArray[np.uint8]

BLACK, WHITE, NEUTRAL = 16, 235, 128


class Picture(NamedTuple):
    luma: Plane
    blue: Plane
    red: Plane

    @property
    def size(self) -> Size:
        return self.luma.shape[1], self.luma.shape[0]


def plain(size: Size, luma: int = BLACK, blue: int = NEUTRAL, red: int = NEUTRAL) -> Picture:
    width, height = size
    half = (height // 2, width // 2)
    return Picture(
        np.full((height, width), luma, np.uint8), np.full(half, blue, np.uint8), np.full(half, red, np.uint8)
    )


def mix(before: Plane, after: Plane, share: float) -> Plane:
    """`share` of `after`, the rest of `before`, to the nearest value."""
    weight = round(share * 256)
    mixed = np.multiply(before, 256 - weight, dtype=np.uint16)
    mixed += np.multiply(after, weight, dtype=np.uint16)
    mixed += 128
    mixed >>= 8
    return mixed.astype(np.uint8)


def mix_pictures(before: Picture, after: Picture, share: float) -> Picture:
    return Picture(*(mix(old, new, share) for old, new in zip(before, after, strict=True)))


def eased(progress: float) -> float:
    """Starts and ends gently."""
    return progress * progress * (3 - 2 * progress)


def from_frame(frame: VideoFrame) -> Picture:
    """The frame's own memory, not a copy."""
    return Picture(*(_view(plane) for plane in frame.planes))


def to_frame(picture: Picture) -> VideoFrame:
    frame = VideoFrame(*picture.size, "yuv420p")
    for plane, values in zip(frame.planes, picture, strict=True):
        _view(plane)[:] = values
    return frame


def prepare(frame: VideoFrame, number: int, key: bool) -> VideoFrame:
    """The frame as the encoder must get it: a decoder's picture type would be taken as an order."""
    frame.pts = number
    frame.pict_type = PictureType.I if key else PictureType.NONE
    frame.colorspace = frame.color_primaries = frame.color_trc = BT709
    frame.color_range = LIMITED_RANGE
    return frame


def _view(plane: VideoPlane) -> Plane:
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
    view: Plane = rows[: plane.height, : plane.width]
    return view
