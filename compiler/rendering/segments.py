"""Encode one segment: its frames made so that they fit between copied ones, and cached."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from compiler.cache import CodedSegment, SegmentCache
from compiler.codec.encoder import open_encoder, without_sei
from compiler.codec.profile import VERSION, Effort, Size, expected_parameter_sets, parse_parameter_sets
from compiler.errors import BrokenOutput
from compiler.picture.planes import from_frame, mix_frames, plain, prepare, to_frame
from compiler.picture.transitions import frame_blend_of, progress_at
from compiler.rendering.footage import Footage, FootageCache
from compiler.rendering.plan import FrameRun, Segment

# Raise when a transition, a title or a fit draws differently, or a segment is encoded with other
# settings: kept segments are then made again. For words, `DRAWING` of echoes/lettering/addresses.py too.
DRAWING_VERSION = 10


@dataclass(frozen=True)
class SegmentMaker:
    """Makes segments on any thread; `check` raises when the work is called off."""

    shelf: FootageCache
    size: Size
    effort: Effort
    cache: SegmentCache
    check: Callable[[], None]

    def make(self, segment: Segment) -> CodedSegment:
        with ExitStack() as stack:
            footage = {
                take.position: stack.enter_context(self.shelf.open(take.position))
                for stretch in segment.stretches
                for take in (stretch.before, stretch.after)
                if take is not None
            }
            key = self._key(segment, footage)
            return self.cache.find(key) or self._encode(segment, footage, key)

    def _key(self, segment: Segment, footage: dict[int, Footage]) -> str:
        parts = [f"segment {VERSION} {DRAWING_VERSION} {encoder_version()} {self.size} {self.effort}"]
        for stretch in segment.stretches:
            parts.append(f"{stretch.kind} {stretch.frames} {stretch.offset} {stretch.total}")
            if stretch.brightness:
                parts.append(f"brightness {stretch.brightness}")
            parts += [
                footage[take.position].digest(take.first, take.first + stretch.frames)
                for take in (stretch.before, stretch.after)
                if take is not None
            ]
        return "\n".join(parts)

    def _encode(self, segment: Segment, footage: dict[int, Footage], key: str) -> CodedSegment:
        encoder = open_encoder(self.size, self.effort)
        if parse_parameter_sets(encoder.extradata or b"") != expected_parameter_sets(self.size):
            raise BrokenOutput("The encoder of this machine does not keep to the films’ profile.")
        samples: list[bytes] = []
        display: list[int] = []
        frames = (frame for stretch in segment.stretches for frame in made(stretch, footage, self.size))
        for sample, place in self._packets(encoder, frames):
            samples.append(sample)
            display.append(place)
        if sorted(display) != list(range(segment.frames)):
            raise BrokenOutput("The encoder lost a frame of the film.")
        return self.cache.keep(key, samples, display)

    def _packets(
        self, encoder: VideoCodecContext, frames: Iterator[VideoFrame]
    ) -> Iterator[tuple[bytes, int]]:
        for number, frame in enumerate(frames):
            self.check()
            for packet in encoder.encode(prepare(frame, number, key=number == 0)):
                yield with_lengths(bytes(packet)), int(packet.pts or 0)
        for packet in encoder.encode(None):
            yield with_lengths(bytes(packet)), int(packet.pts or 0)


def made(stretch: FrameRun, footage: dict[int, Footage], size: Size) -> Iterator[VideoFrame]:
    """The frames of a stretch as the film shows them: darker in its fades."""
    if not stretch.brightness:
        return _bright(stretch, footage, size)
    return map(_dimmed, _bright(stretch, footage, size), stretch.brightness)


def _dimmed(frame: VideoFrame, brightness: float) -> VideoFrame:
    picture = from_frame(frame)
    return to_frame(mix_frames(plain(picture.size), picture, brightness))


def _bright(stretch: FrameRun, footage: dict[int, Footage], size: Size) -> Iterator[VideoFrame]:
    """One shot's own frames, or two shots' blended."""
    first = stretch.before.first
    before = footage[stretch.before.position].frames(first, first + stretch.frames)
    if stretch.after is None:
        yield from before
        return
    first = stretch.after.first
    after = footage[stretch.after.position].frames(first, first + stretch.frames)
    blend = frame_blend_of(stretch.kind, size)
    for number, (old, new) in enumerate(zip(before, after, strict=True), stretch.offset):
        yield blend(old, new, progress_at(number, stretch.total))


def with_lengths(packet: bytes) -> bytes:
    """From start codes to lengths, as MP4 has it."""
    units = without_sei(packet).split(b"\0\0\0\1")[1:]
    return b"".join(len(unit).to_bytes(4) + unit for unit in units)


@cache
def encoder_version() -> str:
    version = av.library_versions["libavcodec"]
    return f"{av.__version__} {'.'.join(map(str, version))}"
