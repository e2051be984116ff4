"""Saliency: where in a photograph the subject is, faces if there are any, else what stands out."""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_FACE_SEARCH_PIXELS = 400 * 400
_SMALLEST_FACE = 28
_COMPANION = 0.55  # a face this much narrower than the widest is a passer-by, or no face
_MAP_SIDE = 96
_CENTRE_SPREAD = 0.28  # people put what matters near the middle: the spread of that belief
_CONSPICUOUS = 0.85


def find_focus(image: Image.Image) -> tuple[float, float]:
    """The subject's centre in parts of width and height."""
    return _centre_of_faces(image) or _centre_of_attention(image)


def _centre_of_faces(image: Image.Image) -> tuple[float, float] | None:
    """The mean place of the faces, the nearer ones counting more."""
    faces = find_faces(image)
    if not faces:
        return None
    left, top, width = np.array(faces).T
    kept = width >= _COMPANION * width.max()
    middle_x, middle_y = (left + width / 2)[kept], (top + width * image.width / image.height / 2)[kept]
    weight = width[kept] ** 2 / np.sum(width[kept] ** 2)
    return float(middle_x @ weight), float(middle_y @ weight)


def find_faces(image: Image.Image) -> list[tuple[float, float, float]]:
    """Left, top and width of upright faces, in parts of the picture (the width in parts of its width)."""
    small = _reduced(image, math.sqrt(_FACE_SEARCH_PIXELS / (image.width * image.height)))
    if min(small.size) < _SMALLEST_FACE:
        return []
    found = _cascade().detect_multi_scale(
        img=np.asarray(small),
        scale_factor=1.2,
        step_ratio=1,
        min_size=(_SMALLEST_FACE, _SMALLEST_FACE),
        max_size=small.size[::-1],
    )
    return [
        (face["c"] / small.width, face["r"] / small.height, face["width"] / small.width) for face in found
    ]


@cache
def _cascade() -> Any:
    """scikit-image's own detector and the cascade that it ships; loading both takes a while."""
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]


def _centre_of_attention(image: Image.Image) -> tuple[float, float]:
    """The middle of what differs most from what surrounds it, in lightness and colour."""
    small = _reduced(image, _MAP_SIDE / max(image.size))
    conspicuous = np.zeros((small.height, small.width))
    scale = max(small.size) / _MAP_SIDE
    for channel in small.convert("LAB").split():
        for near, far in ((1.0, 8.0), (2.0, 16.0), (4.0, 24.0)):
            conspicuous += np.abs(_blurred(channel, near * scale) - _blurred(channel, far * scale))
    x, y = (np.arange(small.width) + 0.5) / small.width, (np.arange(small.height) + 0.5) / small.height
    conspicuous *= np.exp(-((y[:, None] - 0.5) ** 2 + (x - 0.5) ** 2) / (2 * _CENTRE_SPREAD**2))
    conspicuous[conspicuous < np.quantile(conspicuous, _CONSPICUOUS)] = 0
    weight = conspicuous.sum()
    if weight <= 0:
        return 0.5, 0.5
    return float(conspicuous.sum(0) @ x / weight), float(conspicuous.sum(1) @ y / weight)


def _reduced(image: Image.Image, scale: float) -> Image.Image:
    if scale >= 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _blurred(channel: Image.Image, radius: float) -> NDArray[np.float64]:
    return np.asarray(channel.filter(ImageFilter.GaussianBlur(radius)), np.float64)
