"""Render the soundtrack: what is heard when, mixed in blocks, encoded in pieces that are cached.

Pieces are encoded apart, each with some sound before and behind that is thrown away again: what a frame of
AAC sounds like depends on its neighbours, and on nothing farther.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame

from compiler.audio.mixing import Mix
from compiler.audio.samples import RATE, Samples, padded
from compiler.cache import CodedSegment, SegmentCache
from compiler.codec.profile import Effort
from compiler.container.mp4_writer import AudioTrack, Sample
from compiler.errors import BrokenOutput
from compiler.rendering.segments import encoder_version

FRAME = 1024
BIT_RATE = 192_000
_FRAMES_IN_PIECE = 512
_LEAD_IN, _LOOK_AHEAD = 4, 1
_VERSION = 5
_CODERS = {Effort.FAST: "fast", Effort.QUALITY: "twoloop", Effort.CLIP: "twoloop"}


@dataclass(frozen=True, slots=True)
class _AudioChunk:
    """Coded frames `start` up to `end`; to make them, sound frames `heard_from` up to `heard_to`."""

    start: int
    end: int
    heard_from: int
    heard_to: int


@dataclass(frozen=True)
class SoundtrackMaker:
    mix: Mix
    effort: Effort
    cache: SegmentCache
    check: Callable[[], None]
    advance: Callable[[int], None]

    def make(self, pool: Executor, waiting: int) -> AudioTrack:
        """Mixes in this thread and encodes in the pool, never more than `waiting` pieces ahead."""
        pieces = list(_pieces(-(-self.mix.length // FRAME)))
        kept = {piece: self.cache.find(self._key(piece)) for piece in pieces}
        made: dict[_AudioChunk, Future[CodedSegment]] = {}
        room = BoundedSemaphore(waiting)
        if None in kept.values():
            for piece, sounds in self._heard(pieces):
                self.check()
                if kept[piece] is None:
                    room.acquire()
                    made[piece] = pool.submit(self._encode, piece, sounds)
                    made[piece].add_done_callback(lambda _: room.release())
        samples: list[Sample] = []
        for piece in pieces:
            coded = kept[piece] or made[piece].result()
            self.advance(piece.end - piece.start)
            samples.extend(_samples(coded))
        return AudioTrack(_configuration(), samples, self.mix.length)

    def _heard(self, pieces: list[_AudioChunk]) -> Iterator[tuple[_AudioChunk, Samples]]:
        """Each piece's sounds, out of one pass over the mix."""
        mixed = self.mix.reader()
        held, held_from = padded(mixed.read(0), 0), 0
        for piece in pieces:
            start, end = piece.heard_from * FRAME, piece.heard_to * FRAME
            held, held_from = held[:, start - held_from :], start
            missing = end - held_from - held.shape[1]
            held = np.concatenate([held, padded(mixed.read(missing), missing)], axis=1)
            yield piece, held

    def _key(self, piece: _AudioChunk) -> str:
        start, end = piece.heard_from * FRAME, piece.heard_to * FRAME
        settings = f"sound {_VERSION} {encoder_version()} {_CODERS[self.effort]} {BIT_RATE}"
        return f"{settings}\n{piece}\n{self.mix.description(start, end)}"

    def _encode(self, piece: _AudioChunk, sounds: Samples) -> CodedSegment:
        encoder = _open_encoder(self.effort)
        # All of it at once: the library cuts it into frames faster than this could.
        heard = AudioFrame.from_ndarray(np.ascontiguousarray(sounds), format="fltp", layout="stereo")
        heard.sample_rate, heard.pts = RATE, 0
        self.check()
        packets = [bytes(packet) for frame in (heard, None) for packet in encoder.encode(frame)]
        wanted = packets[piece.start - piece.heard_from : piece.end - piece.heard_from]
        if len(wanted) != piece.end - piece.start:
            raise BrokenOutput("The encoder lost part of the music.")
        return self.cache.keep(self._key(piece), wanted, list(range(len(wanted))))


def _pieces(frames: int) -> Iterator[_AudioChunk]:
    """One coded frame more than there are sound frames: each is heard in two."""
    for first in range(0, frames + 1, _FRAMES_IN_PIECE):
        last = min(first + _FRAMES_IN_PIECE, frames + 1)
        yield _AudioChunk(first, last, max(0, first - _LEAD_IN), min(frames, last + _LOOK_AHEAD))


def _samples(piece: CodedSegment) -> Iterator[Sample]:
    offset = piece.data
    for size in piece.sizes:
        yield Sample(piece.path, offset, size)
        offset += size


def _open_encoder(effort: Effort) -> AudioCodecContext:
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "stereo", "fltp"
    encoder.bit_rate = BIT_RATE
    encoder.flags |= av.codec.context.Flags.global_header
    # Noise substitution and intensity stereo are for low rates; at this one they cost time, and the latter up
    # to 5 dB. Noise shaping puts ticks above 11 kHz on soft attacks, 18 dB over what is there.
    encoder.options = {"aac_coder": _CODERS[effort], "aac_pns": "0", "aac_is": "0", "aac_tns": "0"}
    encoder.open()
    return encoder


@cache
def _configuration() -> bytes:
    return _open_encoder(Effort.FAST).extradata or b""
