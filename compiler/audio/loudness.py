"""Loudness measurement (EBU R 128), once for each track, and kept."""

import math
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.filter import Graph

from compiler.audio.limiter import BESIDE, true_peak
from compiler.audio.measurements import kept
from compiler.audio.samples import RATE, SampleReader, Samples, decode_samples, silence
from compiler.errors import readable_file_errors
from compiler.media.opening import check_file
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import Levels

_VERSION = 2


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS and the true peak in dBTP."""

    integrated: float
    peak: float

    def levels(self) -> SoundLevels:
        return SoundLevels(
            self.integrated if math.isfinite(self.integrated) else None,
            self.peak if math.isfinite(self.peak) else None,
        )


def digest_of(path: Path) -> str:
    check_sound(path)
    with readable_file_errors(), path.open("rb") as file:
        digest = blake2b(digest_size=16)
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check_sound(path: Path) -> None:
    """Says which of a film's sounds is missing: music and the sound of each clip are files of their own."""
    check_file(path, f"The sound file {path.name}")


def loudness_of(path: Path, digest: str, folder: Path) -> Loudness:
    """Measured, or what an earlier measurement of the same content left in `folder`."""
    return kept(folder / f"{digest}-{_VERSION}.loudness", Loudness, lambda: measure(path))


def measure(path: Path) -> Loudness:
    meter, reader = _Meter(), SampleReader(decode_samples(path))
    highest, before = 0.0, silence(2 * BESIDE)
    while (block := reader.read(RATE)).shape[1]:
        meter.hear(block)
        heard = np.concatenate([before, block], axis=1)
        highest, before = true_peak(heard, highest), heard[:, -2 * BESIDE :]
    highest = true_peak(np.concatenate([before, silence(2 * BESIDE)], axis=1), highest)
    return Loudness(meter.integrated(), 20 * math.log10(highest) if highest else -math.inf)


@dataclass(frozen=True)
class MusicLevels:
    """Levels of a film's music by its files: `known` ones, and others measured and kept in `folder`."""

    known: Levels
    folder: Path

    def of(self, path: Path, digest: str) -> SoundLevels:
        return self.known.get(str(path)) or loudness_of(path, digest, self.folder).levels()


class _Meter:
    """FFmpeg's, without its search for peaks, which takes as long as decoding and all else together."""

    def __init__(self) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo")
        meter, sink = self._graph.add("ebur128", "metadata=1"), self._graph.add("abuffersink")
        self._graph.link_nodes(source, meter, sink).configure()
        self._heard = 0
        self._integrated = -math.inf

    def hear(self, block: Samples) -> None:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, self._heard
        self._heard += block.shape[1]
        self._graph.push(frame)
        self._drain()

    def integrated(self) -> float:
        self._graph.push(None)
        self._drain()
        return self._integrated

    def _drain(self) -> None:
        with suppress(NothingYet, NothingMore):
            while True:
                said = self._graph.pull().metadata.get("lavfi.r128.I")
                self._integrated = float(said) if said else self._integrated
