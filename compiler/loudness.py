"""How loud a track is (EBU R 128), measured once and kept."""

import math
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.filter import Graph

from compiler.errors import readable_file_errors
from compiler.measurements import kept
from compiler.media import check_file
from compiler.sounds import RATE, decode_sounds

TARGET = -16.0
HIGHEST_PEAK = -1.0
_SILENT_BELOW = -60.0
_VERSION = 1


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness in LUFS and the true peak in dBTP."""

    integrated: float
    peak: float

    def gain(self, volume: float = 1.0) -> float:
        """The factor that brings the track to the target, or as near as its peaks allow."""
        if self.integrated < _SILENT_BELOW:
            return 1.0
        wanted = TARGET - self.integrated
        allowed = HIGHEST_PEAK - self.peak - 20 * math.log10(max(volume, 1.0))
        return float(10 ** (min(wanted, allowed) / 20))


def digest_of(path: Path) -> str:
    check_file(path)
    with readable_file_errors(), path.open("rb") as file:
        digest = blake2b(digest_size=16)
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def loudness_of(path: Path, digest: str, folder: Path) -> Loudness:
    """Measured, or what an earlier measurement of the same content left in `folder`."""
    return kept(folder / f"{digest}-{_VERSION}.loudness", Loudness, lambda: measure(path))


def measure(path: Path, peaks: bool = True) -> Loudness:
    """Without `peaks`, which take as long to find as all else, the peak is said to be minus infinity."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo")
    meter = graph.add("ebur128", f"metadata=1:peak={'true' if peaks else 'none'}")
    sink = graph.add("abuffersink")
    graph.link_nodes(source, meter, sink).configure()
    found = Loudness(-math.inf, -math.inf)
    sounds = 0
    for block in decode_sounds(path):
        frame = AudioFrame.from_ndarray(block.copy(), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, sounds
        sounds += block.shape[1]
        graph.push(frame)
        found = _drain(graph, found)
    graph.push(None)
    return _drain(graph, found)


def _drain(graph: Graph, found: Loudness) -> Loudness:
    while True:
        try:
            facts = graph.pull().metadata
        except (NothingYet, NothingMore):
            return found
        peaks = [float(value) for key, value in facts.items() if "true_peaks_ch" in key]
        highest = max((20 * math.log10(peak) for peak in peaks if peak > 0), default=-math.inf)
        found = Loudness(float(facts.get("lavfi.r128.I", found.integrated)), max(found.peak, highest))
