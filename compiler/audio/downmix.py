"""Mix sound of any number of channels down to stereo, also where FFmpeg does not know what they are."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain

from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.error import FFmpegError
from av.filter import Graph

_AMBISONIC = "ambisonic"
_BATCH = 16384
_FRONT_PAIR = "stereo|c0=c0|c1=c1"
_FIRST_ORDER = "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1"  # what comes from everywhere, and left minus right


def downmix_to_stereo(frames: Iterable[AudioFrame], rate: int) -> Iterator[AudioFrame]:
    """Frames of any sound as stereo floats of one rate."""
    resampler = AudioResampler(format="fltp", layout="stereo", rate=rate)
    for frame in chain(_batched(_panned(alike(frames))), [None]):
        yield from resampler.resample(frame)


def _batched(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    """Longer frames of the same sound: one by one, they take half as long again to resample."""
    fifo = AudioFifo()
    for frame in frames:
        # The queue would refuse a gap, and another clock where the rate or the channels change.
        frame.pts, frame.time_base = None, Fraction(1, frame.sample_rate)
        fifo.write(frame)
        if fifo.samples >= _BATCH and (batch := fifo.read()) is not None:
            yield batch
    if (rest := fifo.read()) is not None:
        yield rest


def stereo_pan(frame: AudioFrame) -> str | None:
    """What FFmpeg's pan filter needs to make stereo of such frames; None where FFmpeg can mix by itself."""
    if frame.layout.name.startswith(_AMBISONIC) and frame.layout.nb_channels > 1:
        return _FIRST_ORDER
    return None if _is_mixable(frame) else _FRONT_PAIR


def alike(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    """Frames in the form of the first one: a stream may change its rate or its channels on the way."""
    first: AudioFrame | None = None
    other, resampler = None, None
    for frame in frames:
        first = first or frame
        if resampler is not None and _kind(frame) != other:
            yield from resampler.resample(None)
            resampler = None
        if _kind(frame) == _kind(first):
            yield frame
            continue
        if resampler is None:
            resampler = AudioResampler(first.format, first.layout, first.sample_rate)
            other = _kind(frame)
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def pulled(graph: Graph) -> Iterator[AudioFrame]:
    """What has come through a graph of filters by now."""
    with suppress(NothingYet, NothingMore):
        while isinstance(frame := graph.pull(), AudioFrame):
            yield frame


def _panned(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    first = next(frames, None)
    if first is None:
        return
    pan = stereo_pan(first)
    if pan is None:
        yield from chain([first], frames)
        return
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=first.sample_rate, format=first.format, layout=first.layout, time_base=first.time_base
    )
    graph.link_nodes(source, graph.add("pan", pan), graph.add("abuffersink")).configure()
    for frame in chain([first], frames, [None]):
        graph.push(frame)
        yield from pulled(graph)


def _is_mixable(frame: AudioFrame) -> bool:
    quiet = AudioFrame(frame.format, frame.layout, 64)
    quiet.sample_rate = frame.sample_rate
    try:
        AudioResampler("fltp", "stereo", frame.sample_rate).resample(quiet)
    except (FFmpegError, ValueError):
        return False
    return True


def _kind(frame: AudioFrame) -> tuple[object, ...]:
    return frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate
