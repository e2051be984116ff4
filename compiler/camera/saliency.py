"""Saliency: where in a photograph the subject is, faces if there are any, else what stands out."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from compiler.camera.border import find_picture
from compiler.camera.faces import find_faces
from compiler.subject import WHOLE, Box, PhotoSubject, Point

_COMPANION = 0.55  # a face this much narrower than the widest is a passer-by, or no face
_MAP_SIDE = 96
_CENTRE_SPREAD = 0.28  # people put what matters near the middle: the spread of that belief
_CONSPICUOUS = 0.85


def find_subject(image: Image.Image) -> PhotoSubject:
    """Its centre, its faces, and the picture without a print's border, in parts of the photograph."""
    picture = find_picture(image)
    inner = image if picture == WHOLE else image.crop(_pixels(picture, image))
    faces = tuple(_outside(face, picture) for face in find_faces(inner))
    x, y = _centre_of_faces(faces) or _placed(centre_of_attention(inner), picture)
    return PhotoSubject((x, y), faces, picture)


def _pixels(box: Box, image: Image.Image) -> tuple[int, int, int, int]:
    edges = box.scaled(image.width, image.height)
    return round(edges.left), round(edges.top), round(edges.right), round(edges.bottom)


def _placed(point: Point, picture: Box) -> Point:
    return picture.left + point[0] * picture.width, picture.top + point[1] * picture.height


def _outside(box: Box, picture: Box) -> Box:
    """From parts of the picture to parts of the photograph."""
    return Box(*_placed((box.left, box.top), picture), *_placed((box.right, box.bottom), picture))


def _centre_of_faces(faces: tuple[Box, ...]) -> Point | None:
    """The mean place of the faces, the nearer ones counting more."""
    if not faces:
        return None
    width = np.array([face.width for face in faces])
    middles = np.array([face.centre for face in faces])
    kept = width >= _COMPANION * width.max()
    weight = width[kept] ** 2 / np.sum(width[kept] ** 2)
    x, y = weight @ middles[kept]
    return float(x), float(y)


def centre_of_attention(image: Image.Image) -> Point:
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
