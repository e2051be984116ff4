"""Rotation and mirroring of phone videos (display matrix)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np
from av.video.frame import VideoFrame

from compiler.media.side_data import side_data_of

_MATRIX, _MATRIX_BYTES = "DISPLAYMATRIX", 36


@dataclass(frozen=True)
class Orientation:
    """A mirroring left to right, followed by a turn clockwise in steps of 90 degrees."""

    degrees: int = 0
    mirrored: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Self:
        """Read from the display matrix that containers attach to a frame, if there is one."""
        matrix = side_data_of(frame, _MATRIX)
        if matrix is None or len(matrix) < _MATRIX_BYTES:
            return cls()
        across_x, across_y, _, down_x, down_y = np.frombuffer(matrix, np.int32)[:5].astype(float)
        mirrored = across_x * down_y - across_y * down_x < 0
        if mirrored:
            across_x, across_y = -across_x, -across_y
        return cls(round(np.degrees(np.arctan2(across_y, across_x)) / 90) * 90 % 360, bool(mirrored))

    @property
    def filters(self) -> list[tuple[str, str | None]]:
        """The FFmpeg filters that make a frame upright."""
        turn: dict[int, list[tuple[str, str | None]]] = {
            0: [],
            90: [("transpose", "clock")],
            180: [("hflip", None), ("vflip", None)],
            270: [("transpose", "cclock")],
        }
        return ([("hflip", None)] if self.mirrored else []) + turn[self.degrees]

    def seen_size(self, width: int, height: int, pixel_shape: Fraction | None) -> tuple[int, int]:
        """The size in square pixels, upright."""
        seen = max(1, round(width * pixel_shape)) if pixel_shape else width
        return (height, seen) if self.degrees % 180 else (seen, height)
