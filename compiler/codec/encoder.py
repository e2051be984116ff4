"""H.264 encoder: the one place where an encoder of the profile is opened and a clip is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import av
from av.container import OutputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from compiler.codec.profile import (
    BT709,
    FRAMES_PER_SECOND,
    LIMITED_RANGE,
    TIME_SCALE,
    Effort,
    Size,
    configure,
    keyframe_places,
)
from compiler.errors import readable_file_errors

_SUPPLEMENTAL_UNIT = 6


def open_encoder(size: Size, effort: Effort, threads: int = 1) -> VideoCodecContext:
    """An encoder for frames of a segment, whose packets fit between those of clips.

    Frames count up from pts 0 in 1/24 s; set `pict_type` to I for a keyframe. Packets come with
    start codes; `without_sei` takes out what x264 says about itself.
    """
    context = av.CodecContext.create("libx264", "w")
    configure(context, size, effort, threads)
    context.open()
    return context


def without_sei(packet: bytes) -> bytes:
    """A start-code delimited packet without its SEI units."""
    units = packet.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    kept = [unit for unit in units if unit and unit[0] & 31 != _SUPPLEMENTAL_UNIT]
    return b"".join(b"\0\0\0\1" + unit for unit in kept)


@contextmanager
def atomic_output(output: Path) -> Iterator[Path]:
    """A temporary path beside `output`, which takes its place, on disk, only if all goes well."""
    part = output.with_name(f".{uuid4().hex}.part{output.suffix}")
    try:
        with readable_file_errors():
            yield part
            sync(part)
            part.replace(output)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def sync(path: Path) -> None:
    """Its content is on the disk when this returns."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


@dataclass
class ClipWriter:
    """Encodes frames, one call each, into the open container of a clip."""

    container: OutputContainer
    stream: VideoStream
    keyframes: frozenset[int]
    written: int = field(default=0)

    def write(self, frame: VideoFrame) -> None:
        """Encode the next frame: yuv420p, of the clip's size, BT.709 in limited range."""
        frame.pts = self.written
        frame.time_base = self.stream.codec_context.time_base
        frame.pict_type = PictureType.I if self.written in self.keyframes else PictureType.NONE
        frame.colorspace = frame.color_primaries = frame.color_trc = BT709
        frame.color_range = LIMITED_RANGE
        self._mux(self.stream.encode(frame))
        self.written += 1

    def finish(self) -> None:
        self._mux(self.stream.encode(None))

    def _mux(self, packets: "list[Packet[VideoStream]]") -> None:
        for packet in packets:
            self.container.mux(packet)


@contextmanager
def clip_writer(path: Path, size: Size, frames: int, threads: int = 0) -> Iterator[ClipWriter]:
    """Write an MP4 clip of the profile; `frames` decides where its last keyframes are."""
    options = {"movflags": "+faststart", "video_track_timescale": str(TIME_SCALE), "write_btrt": "0"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        configure(stream.codec_context, size, Effort.CLIP, threads)
        writer = ClipWriter(container, stream, keyframe_places(frames))
        yield writer
        writer.finish()
