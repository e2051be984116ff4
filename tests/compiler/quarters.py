"""Test pattern of four colours, which shows every turn, flip and false colour."""

from pathlib import Path
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from tests.support.media.samples import decoded


def quartered(width: int = 320, height: int = 240, pixel_format: str = "yuv420p", **to: Any) -> VideoFrame:
    """Red, green, blue and white quarters: upper left, upper right, lower left, lower right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (200, 0, 0)
    image[: height // 2, width // 2 :] = (0, 200, 0)
    image[height // 2 :, : width // 2] = (0, 0, 200)
    image[height // 2 :, width // 2 :] = (200, 200, 200)
    return VideoFrame.from_ndarray(image, "rgb24").reformat(format=pixel_format, **to)


def corners(path: Path) -> list[str]:
    """The names of the colours near the four corners of the last frame, read as BT.709."""
    luma, blue, red = decoded(path)[-1]
    rows, columns = blue.shape
    places = [
        (rows // 8, columns // 8),
        (rows // 8, -columns // 8),
        (-rows // 8, columns // 8),
        (-rows // 8, -columns // 8),
    ]
    return [_colour(luma[row * 2, column * 2], blue[row, column], red[row, column]) for row, column in places]


def _colour(luma: int, blue: int, red: int) -> str:
    known = {"red": (52, 108, 216), "green": (139, 60, 48), "blue": (28, 216, 120), "white": (188, 128, 128)}
    for name, values in known.items():
        if np.allclose(values, (luma, blue, red), atol=6):
            return name
    return f"{luma} {blue} {red}"
