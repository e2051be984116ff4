"""Resample and blur pictures, plane by plane."""

import numpy as np
from PIL import Image, ImageFilter

from compiler.picture.planes import PlanarFrame, Plane


def scaled(picture: PlanarFrame, factor: float) -> PlanarFrame:
    """Enlarged around the middle, cut to the same size."""
    return PlanarFrame(*(_enlarged(plane, factor) for plane in picture))


def blurred(picture: PlanarFrame, radius: float) -> PlanarFrame:
    """By a Gaussian of `radius` luma pixels."""
    return PlanarFrame(*(_softened(plane, radius * plane.shape[1] / picture.size[0]) for plane in picture))


def _enlarged(plane: Plane, factor: float) -> Plane:
    height, width = plane.shape
    margin_x, margin_y = width * (1 - 1 / factor) / 2, height * (1 - 1 / factor) / 2
    box = (margin_x, margin_y, width - margin_x, height - margin_y)
    return np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC, box))


def _softened(plane: Plane, radius: float) -> Plane:
    return np.asarray(Image.fromarray(plane).filter(ImageFilter.GaussianBlur(radius)))
