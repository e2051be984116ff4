"""Deinterlace with FFmpeg's bwdif.

Frames of two halves, recorded one after the other and woven together, become whole pictures again.
"""

from collections.abc import Iterable, Iterator

import av
from av.filter import Graph
from av.video.frame import VideoFrame

_LEAST = (3, 4)  # what the filter can work on


def deinterlace(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """Frames with their times; from each woven one two are made, one for each half, at its own time."""
    weaver: _Deinterlacer | None = None
    for frame in frames:
        if weaver is not None and not weaver.takes(frame):
            yield from weaver.rest()
            weaver = None
        if (
            weaver is None
            and frame.interlaced_frame
            and frame.width >= _LEAST[0]
            and frame.height >= _LEAST[1]
        ):
            weaver = _Deinterlacer(frame)
        if weaver is None:
            yield frame
        else:
            yield from weaver.unwoven(frame)
    if weaver is not None:
        yield from weaver.rest()


class _Deinterlacer:
    """Whole frames pass it as they are."""

    def __init__(self, frame: VideoFrame) -> None:
        self._kind = _kind(frame)
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        unweave = self._graph.add("bwdif", "mode=send_field:parity=auto:deint=interlaced")
        self._graph.link_nodes(source, unweave, self._graph.add("buffersink")).configure()

    def takes(self, frame: VideoFrame) -> bool:
        return _kind(frame) == self._kind

    def unwoven(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        self._graph.vpush(frame)
        return self._ready()

    def rest(self) -> Iterator[VideoFrame]:
        self._graph.vpush(None)
        return self._ready()

    def _ready(self) -> Iterator[VideoFrame]:
        while True:
            try:
                yield self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return


def _kind(frame: VideoFrame) -> tuple[object, ...]:
    return frame.width, frame.height, frame.format.name, frame.time_base
