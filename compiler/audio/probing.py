"""Probe music files: their sound track, and whether a moving picture comes with it."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from compiler.audio.downmix import stereo_pan
from compiler.errors import NoSound, NotAudio, Unsupported
from compiler.media.opening import MOST_PIXELS, MUSIC, VIDEO_CODECS, audio_of, decoded, open_media, picture_of
from compiler.media.probing import SLIDES
from compiler.results import SoundProbe

_LOOKED_AT = 48
"""Pictures from the beginning of a track that tell whether it moves."""
_CELLS = 16
"""The side of the grid on which two pictures are compared."""
_SAME = 6
"""How far, of 255, each cell may lie off: what an encoder does to one and the same picture."""


def probe_sound(path: Path | str, longest: float) -> SoundProbe:
    """Find the sound of a file of music, or of a video of it. Memory stays flat, however large the file is.

    Raises NoSound where nothing can be heard, NotAudio, Unsupported, TooLarge, NotFound.
    """
    path = Path(path)
    with open_media(path, NotAudio) as media:
        stream = _sound_of(media)
        frame, seconds = _heard(media, stream, longest)
        return SoundProbe(
            stream=stream.index,
            duration=seconds,
            codec=stream.codec_context.codec.canonical_name,
            sample_rate=frame.sample_rate,
            channels=frame.layout.nb_channels,
            pan=stereo_pan(frame),
            moves=_moves(path),
        )


def _sound_of(media: InputContainer) -> AudioStream:
    try:
        stream = audio_of(media, MUSIC)
    except Unsupported as error:
        raise NoSound(str(error)) from error
    if stream is None:
        raise NoSound("There is no sound in this file.")
    return stream


def _heard(media: InputContainer, stream: AudioStream, longest: float) -> tuple[AudioFrame, float]:
    """The first frame that can be decoded, and the seconds up to the end or beyond `longest`."""
    first, begin, end = None, None, 0
    base = stream.time_base or Fraction(1)
    for packet in media.demux(stream):
        if first is None:
            first = next(iter(decoded(packet) or ()), None)  # damage is passed over, as players do
        if packet.pts is None or not packet.size:
            continue
        begin = max(0, packet.pts) if begin is None else begin
        end = max(end, packet.pts + (packet.duration or 0))
        if (end - begin) * base > longest:
            break
    if first is None:
        raise NoSound("Nothing can be heard in this file.")
    return first, float((end - (begin or 0)) * base)


def _moves(path: Path) -> bool:
    """Whether the picture is more than a cover or slides. What cannot be looked into is taken at its rate."""
    with open_media(path, NotAudio) as media:
        stream = picture_of(media)
        if stream is None:
            return False
        base = stream.time_base or Fraction(1)
        packets = [packet for packet in islice(media.demux(stream), _LOOKED_AT) if packet.size]
        times = sorted(packet.pts for packet in packets if packet.pts is not None)
        seconds = float((times[-1] - times[0]) * base) if times else 0.0
        if len(packets) < SLIDES * max(seconds, 1.0):
            return False
        if len({bytes(packet) for packet in packets}) == 1:
            return False
        return _differ(_grids(stream, packets))


def _differ(grids: Iterator[NDArray[np.int16]]) -> bool:
    try:
        first = next(grids, None)
        return first is None or any(np.abs(grid - first).max() > _SAME for grid in grids)
    except (FFmpegError, ValueError):
        return True


def _grids(stream: VideoStream, packets: "list[Packet[VideoStream]]") -> Iterator[NDArray[np.int16]]:
    """Each picture as a few grey cells; none where its codec is not one of ours."""
    context = stream.codec_context
    if context is None or context.name not in VIDEO_CODECS or stream.width * stream.height > MOST_PIXELS:
        return
    context.options = {"max_pixels": str(MOST_PIXELS)}
    for packet in [*packets, None]:
        for frame in context.decode(packet):
            yield _grid(frame)


def _grid(frame: VideoFrame) -> NDArray[np.int16]:
    small = frame.reformat(_CELLS, _CELLS, "gray", interpolation="AREA")
    return small.to_ndarray().astype(np.int16)
