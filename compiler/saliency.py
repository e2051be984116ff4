"""Where in a photograph the subject is."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_LONG_SIDE = 96
_CENTRE_SPREAD = 0.28  # people put what matters near the middle: the spread of that belief


def find_focus(image: Image.Image) -> tuple[float, float]:
    """The subject's centre in parts of width and height."""
    conspicuous = saliency_map(image)
    rows, columns = conspicuous.shape
    x, y = (np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows
    weight = conspicuous.sum()
    if weight <= 0:
        return 0.5, 0.5
    return float(conspicuous.sum(0) @ x / weight), float(conspicuous.sum(1) @ y / weight)


def saliency_map(image: Image.Image) -> NDArray[np.float64]:
    """How much each place stands out from what surrounds it, in lightness and colour."""
    small = image.convert("RGB")
    small.thumbnail((_LONG_SIDE, _LONG_SIDE), reducing_gap=2.0)
    channels = small.convert("LAB").split()
    scale = max(small.size) / _LONG_SIDE
    map_ = np.zeros((small.height, small.width))
    for channel in channels:
        for near, far in ((1.0, 8.0), (2.0, 16.0), (4.0, 24.0)):
            map_ += np.abs(_blurred(channel, near * scale) - _blurred(channel, far * scale))
    map_ *= _belief(small.height, small.width)
    return np.where(map_ > np.quantile(map_, 0.8), map_, 0) ** 2


def _blurred(channel: Image.Image, radius: float) -> NDArray[np.float64]:
    return np.asarray(channel.filter(ImageFilter.GaussianBlur(radius)), np.float64)


def _belief(rows: int, columns: int) -> NDArray[np.float64]:
    y, x = (np.arange(rows) + 0.5) / rows - 0.5, (np.arange(columns) + 0.5) / columns - 0.5
    return np.exp(-(y[:, None] ** 2 + x[None, :] ** 2) / (2 * _CENTRE_SPREAD**2))
