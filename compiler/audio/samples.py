"""Decode audio to blocks of 48 kHz stereo samples, exact to the sample."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.downmix import downmix_to_stereo
from compiler.errors import NotAudio
from compiler.media.opening import MUSIC, audio_of, open_media
from compiler.timeline.mix import RATE as RATE

Samples = NDArray[np.float32]

_SHORTEST_ROUND = RATE // 2


def decode_samples(path: Path, start: int = 0) -> Iterator[Samples]:
    """Blocks of shape (2, n) from sample number `start` to the end of the file."""
    with open_media(path, NotAudio) as media:
        stream = audio_of(media, MUSIC)
        if stream is None:
            raise NotAudio("There is no sound in this file.")
        for frame in downmix_to_stereo(media.decode(stream), RATE):
            block: Samples = frame.to_ndarray().astype(np.float32, copy=False)
            dropped = min(start, block.shape[1])
            start -= dropped
            if block.shape[1] > dropped:
                yield block[:, dropped:]


class SampleReader:
    """Reads blocks in whatever lengths are wanted."""

    def __init__(self, blocks: Iterable[Samples]) -> None:
        self._blocks = iter(blocks)
        self._held = silence(0)

    def read(self, count: int) -> Samples:
        """The next `count` samples, fewer only at the end."""
        parts, length = [self._held], self._held.shape[1]
        while length < count:
            block = next(self._blocks, None)
            if block is None:
                break
            parts.append(block)
            length += block.shape[1]
        joined = np.concatenate(parts, axis=1)
        self._held = joined[:, count:]
        return joined[:, :count]


def silence(count: int) -> Samples:
    return np.zeros((2, count), np.float32)


def padded(sounds: Samples, count: int) -> Samples:
    """With silence behind, up to `count`."""
    return np.pad(sounds, ((0, 0), (0, count - sounds.shape[1])))


def looped(path: Path, start: int, seam: int) -> Iterator[Samples]:
    """The track from `start`, again and again; the last `seam` samples of a round lie over the next."""
    ending = silence(0)
    while True:
        reader = SampleReader(decode_samples(path, start))
        held = reader.read(seam + _SHORTEST_ROUND)
        if held.shape[1] < seam + _SHORTEST_ROUND:
            raise NotAudio("The music is too short to repeat.")
        if ending.shape[1]:
            held[:, :seam] = held[:, :seam] * fade_in_curve(seam) + ending
        while (block := reader.read(RATE)).shape[1]:
            yield held[:, : held.shape[1] - seam]
            held = np.concatenate([held[:, held.shape[1] - seam :], block], axis=1)
        yield held[:, : held.shape[1] - seam]
        ending = held[:, held.shape[1] - seam :] * fade_in_curve(seam)[::-1]


def fade_in_curve(count: int) -> NDArray[np.float32]:
    """From 0 to 1 so that two unlike sounds, one rising and one falling, keep their loudness."""
    return np.sin(np.linspace(0, np.pi / 2, count, dtype=np.float32))
