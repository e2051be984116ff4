"""Frame-accurate decoding of a clip by its sample table, with no seeking and nothing decoded in vain."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b

from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from compiler.container.mp4_reader import SampleTable
from compiler.errors import FileMissing, NotAVideo


class Decoders:
    """Decoders of one film, to be used again: a new one for every few frames takes a tenth of the time."""

    def __init__(self) -> None:
        self._idle: dict[bytes, list[VideoCodecContext]] = {}

    @contextmanager
    def lent(self, configuration: bytes) -> Iterator[VideoCodecContext]:
        """One that nobody else uses meanwhile, as if new. After an error it is not used again."""
        idle = self._idle.setdefault(configuration, [])
        try:
            decoder = idle.pop()
        except IndexError:
            decoder = _decoder(configuration)
        yield decoder
        decoder.flush_buffers()
        idle.append(decoder)


@dataclass(frozen=True)
class ClipReader:
    table: SampleTable
    descriptor: int
    decoders: Decoders

    def sample(self, number: int) -> bytes:
        size = self.table.sizes[number]
        data = os.pread(self.descriptor, size, self.table.offsets[number])
        if len(data) != size:
            raise NotAVideo(f"The clip {self.table.path.name} is cut short.")
        return data

    def digest(self, first: int, last: int) -> str:
        """What frames `first` to `last` depend on: equal digests, equal pictures."""
        digest = blake2b(self.table.configuration, digest_size=16)
        for number in self.table.needed_for(first, last):
            digest.update(self.table.presentation_order[number].to_bytes(4))
            digest.update(self.sample(number))
        return f"{digest.hexdigest()}+{first}-{last}"

    def frames(self, first: int, last: int) -> Iterator[VideoFrame]:
        """Frames `first` up to, not including, `last`."""
        expected = first
        with self.decoders.lent(self.table.configuration) as decoder:
            for frame in self._decoded(decoder, first, last):
                if frame.pts is None or not first <= frame.pts < last:
                    continue
                if frame.pts != expected:
                    break
                yield frame
                expected += 1
        if expected != last:
            raise NotAVideo(f"The clip {self.table.path.name} is damaged at frame {expected}.")

    def _decoded(self, decoder: VideoCodecContext, first: int, last: int) -> Iterator[VideoFrame]:
        try:
            for number in self.table.needed_for(first, last):
                packet = Packet(self.sample(number))
                packet.pts, packet.dts = self.table.presentation_order[number], number
                yield from decoder.decode(packet)
            yield from decoder.decode(None)
        except FFmpegError as error:
            raise NotAVideo(f"The clip {self.table.path.name} is damaged.") from error


@contextmanager
def open_clip(table: SampleTable, decoders: Decoders) -> Iterator[ClipReader]:
    try:
        descriptor = os.open(table.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise FileMissing(f"The clip {table.path.name} cannot be opened.") from error
    try:
        yield ClipReader(table, descriptor, decoders)
    finally:
        os.close(descriptor)


def _decoder(configuration: bytes) -> VideoCodecContext:
    decoder = CodecContext.create("h264", "r")
    if not isinstance(decoder, VideoCodecContext):
        raise TypeError("h264 must be a video codec")
    decoder.extradata = configuration
    decoder.thread_count = 1
    decoder.options = {"err_detect": "explode"}
    return decoder
