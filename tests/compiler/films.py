"""Strict decoding of a film, frame by frame."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from compiler.picture.planes import PlanarFrame, from_frame
from compiler.timeline.model import FRAME_RATE

STRICT = {"err_detect": "explode"}


def decoded(path: Path) -> list[PlanarFrame]:
    """Every frame, copied out. Fails at the smallest damage, a wrong timestamp or a warning."""
    av.logging.set_level(av.logging.WARNING)
    pictures = []
    with av.logging.Capture() as messages, av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = STRICT
        for number, frame in enumerate(container.decode(stream)):
            assert frame.time is not None
            assert round(frame.time * FRAME_RATE * 1000) == number * 1000
            pictures.append(PlanarFrame(*(plane.copy() for plane in from_frame(frame))))
    av.logging.set_level(None)
    assert messages == []
    return pictures


def sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1)


def length_of_sound(path: Path) -> int:
    """In samples, as the file says it: from time 0 to the end of the last packet."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
    assert packets[0].is_discard
    assert packets[1].pts == 0
    return int(packets[-1].pts or 0) + int(packets[-1].duration or 0)


def same(one: PlanarFrame, other: PlanarFrame) -> bool:
    return all(np.array_equal(first, second) for first, second in zip(one, other, strict=True))


def psnr(one: PlanarFrame, other: PlanarFrame) -> float:
    """Over all three planes, in decibels."""
    errors = [np.square(first.astype(np.float64) - second) for first, second in zip(one, other, strict=True)]
    mean = sum(error.sum() for error in errors) / sum(error.size for error in errors)
    return float("inf") if mean == 0 else float(10 * np.log10(255**2 / mean))
