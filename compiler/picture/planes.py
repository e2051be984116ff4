"""YUV planes of one uncompressed frame (Y′CbCr 4:2:0, BT.709, limited range)."""

from typing import NamedTuple

import numpy as np
from av.video.frame import PictureType, VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from compiler.codec.profile import BT709, LIMITED_RANGE, Size

Plane = NDArray[np.uint8]

BLACK, WHITE, NEUTRAL = 16, 235, 128

_BAND = 128  # rows
_LOW, _HIGH, _HALF, _BYTE = (np.uint16(value) for value in (0x00FF, 0xFF00, 128, 8))


class PlanarFrame(NamedTuple):
    luma: Plane
    blue: Plane
    red: Plane

    @property
    def size(self) -> Size:
        return self.luma.shape[1], self.luma.shape[0]


def plain(size: Size, luma: int = BLACK, blue: int = NEUTRAL, red: int = NEUTRAL) -> PlanarFrame:
    width, height = size
    half = (height // 2, width // 2)
    return PlanarFrame(
        np.full((height, width), luma, np.uint8), np.full(half, blue, np.uint8), np.full(half, red, np.uint8)
    )


def mix(before: Plane, after: Plane, share: float) -> Plane:
    """`share` of `after`, the rest of `before`, to the nearest value. Rows are of an even length.

    Two bytes at a time, as the high and the low half of one number, band by band: all of it stays in the
    processor's nearest memory.
    """
    new = np.uint16(round(share * 256))
    old = np.uint16(256 - new)
    mixed = np.empty(before.shape, np.uint8)
    befores, afters, results = before.view(np.uint16), after.view(np.uint16), mixed.view(np.uint16)
    scratch = np.empty((2, _BAND, befores.shape[1]), np.uint16)
    for top in range(0, len(befores), _BAND):
        band = slice(top, top + _BAND)
        was, comes, result = befores[band], afters[band], results[band]
        low, high = scratch[:, : len(was)]
        np.multiply(np.bitwise_and(was, _LOW, out=low), old, out=low)
        np.multiply(np.bitwise_and(comes, _LOW, out=high), new, out=high)
        low += high
        low += _HALF
        low >>= _BYTE
        np.multiply(np.right_shift(was, _BYTE, out=high), old, out=high)
        np.multiply(np.right_shift(comes, _BYTE, out=result), new, out=result)
        high += result
        high += _HALF
        high &= _HIGH
        np.bitwise_or(low, high, out=result)
    return mixed


def mix_frames(before: PlanarFrame, after: PlanarFrame, share: float) -> PlanarFrame:
    return PlanarFrame(*(mix(old, new, share) for old, new in zip(before, after, strict=True)))


def eased(progress: float) -> float:
    """Starts and ends gently."""
    return progress * progress * (3 - 2 * progress)


def from_frame(frame: VideoFrame) -> PlanarFrame:
    """The frame's own memory, not a copy."""
    return PlanarFrame(*(_view(plane) for plane in frame.planes))


def to_frame(picture: PlanarFrame) -> VideoFrame:
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
