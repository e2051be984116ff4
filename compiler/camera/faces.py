"""Face detection by YuNet, a small neural network: faces from the front, in profile, tilted and small."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from compiler.subject import Box

SEARCH_PIXELS = 640 * 640
"""Of the picture that is searched. A face needs about ten of them across to be found."""
LEAST_SCORE = 0.6
MOST_FACES = 60
_STRIDES = (8, 16, 32)
_PADDED_TO = 32
_SAME_FACE = 0.3  # of two boxes' common area: more of it, and they are one face
_LONGEST_SIDE = 2560  # of a searched panorama

Rows = NDArray[np.float32]


def find_faces(image: Image.Image) -> list[Box]:
    """Boxes from forehead to chin in parts of the picture, the surest first."""
    small = _reduced(image)
    if min(small.size) < _PADDED_TO // 2:
        return []
    found = [*_candidates(_answers(small))]
    found.sort(key=lambda candidate: -candidate[0])
    boxes: list[Box] = []
    for _, box in found:
        if all(_overlap(box, other) < _SAME_FACE for other in boxes):
            boxes.append(box)
    parts = (box.scaled(1 / small.width, 1 / small.height).within_whole() for box in boxes[:MOST_FACES])
    return [box for box in parts if box.width > 0 and box.height > 0]


def _reduced(image: Image.Image) -> Image.Image:
    scale = min(sqrt(SEARCH_PIXELS / (image.width * image.height)), _LONGEST_SIDE / max(image.size))
    if scale >= 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _answers(image: Image.Image) -> dict[str, Rows]:
    """The network's outputs by name, each with a row for every field of the picture."""
    width, height = (ceil(side / _PADDED_TO) * _PADDED_TO for side in image.size)
    pixels = np.zeros((1, 3, height, width), np.float32)
    blue_first = np.asarray(image.convert("RGB"))[..., ::-1].transpose(2, 0, 1)
    pixels[0, :, : image.height, : image.width] = blue_first
    network = _network()
    names = [output.name for output in network.get_outputs()]
    answers = network.run(names, {network.get_inputs()[0].name: pixels})
    fields = {name: rows[0] for name, rows in zip(names, answers, strict=True)}
    return fields | {f"across_{stride}": np.array([width // stride]) for stride in _STRIDES}


def _candidates(answers: dict[str, Rows]) -> Iterator[tuple[float, Box]]:
    """Each field of 8, 16 or 32 pixels says whether a face has its centre there, and the face's box."""
    for stride in _STRIDES:
        scores = np.sqrt(
            answers[f"cls_{stride}"][:, 0].clip(0, 1) * answers[f"obj_{stride}"][:, 0].clip(0, 1)
        )
        across = int(answers[f"across_{stride}"][0])
        for place in np.flatnonzero(scores >= LEAST_SCORE):
            right, down, width, height = answers[f"bbox_{stride}"][place]
            x, y = (place % across + right) * stride, (place // across + down) * stride
            half_width, half_height = np.exp(width) * stride / 2, np.exp(height) * stride / 2
            box = Box(*map(float, (x - half_width, y - half_height, x + half_width, y + half_height)))
            yield float(scores[place]), box


def _overlap(one: Box, other: Box) -> float:
    """Common area by united area."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    common = max(0.0, width) * max(0.0, height)
    return common / (one.area + other.area - common)


@cache
def _network() -> Any:
    """On one thread: clips are made beside each other."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = files("compiler.camera.models").joinpath("yunet_n.onnx").read_bytes()
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
