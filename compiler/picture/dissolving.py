"""Dissolve from one decoded frame to another by FFmpeg's maskedmerge, in a sixth of NumPy's time."""

from collections.abc import Callable
from fractions import Fraction

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from compiler.codec.profile import FRAMES_PER_SECOND, Size
from compiler.errors import BrokenOutput
from compiler.picture.planes import from_frame

_TICK = Fraction(1, FRAMES_PER_SECOND)
_ALL = 255
"""What the mask says where nothing of the first is left."""


class Dissolver:
    """Makes frames of `share` of the second, the rest of the first, on one thread, in steps of a 255th."""

    def __init__(self, size: Size) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        width, height = size
        planar = VideoFormat("yuv420p", width, height)
        buffers = [
            self._graph.add_buffer(width=width, height=height, format=planar, time_base=_TICK)
            for _ in range(3)
        ]
        merge, self._sink = self._graph.add("maskedmerge"), self._graph.add("buffersink")
        for place, buffer in enumerate(buffers):
            buffer.link_to(merge, 0, place)
        merge.link_to(self._sink)
        self._graph.configure()
        self._push: list[Callable[[VideoFrame], None]] = [buffer.push for buffer in buffers]
        self._mask = VideoFrame(width, height, "yuv420p")
        self._made = 0

    def __call__(self, before: VideoFrame, after: VideoFrame, share: float) -> VideoFrame:
        for plane in from_frame(self._mask):
            plane[:] = round(share * _ALL)
        for push, frame in zip(self._push, (before, after, self._mask), strict=True):
            frame.pts, frame.time_base = self._made, _TICK
            push(frame)
        self._made += 1
        mixed = self._sink.pull()
        if not isinstance(mixed, VideoFrame):
            raise BrokenOutput("Two frames of the film could not be mixed.")
        return mixed
