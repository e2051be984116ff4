"""Verify a clip against the profile, from the written file: films are copied from it."""

from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from compiler.codec.profile import (
    BT709,
    LIMITED_RANGE,
    TICKS_PER_FRAME,
    TIME_SCALE,
    Size,
    expected_parameter_sets,
    keyframe_places,
    parse_parameter_sets,
)
from compiler.errors import BrokenOutput, CompilerError


def verify_clip(path: Path, size: Size, frames: int, failure: type[CompilerError] = BrokenOutput) -> None:
    """Raise `failure` unless the file is a clip of the profile with exactly so many frames."""
    try:
        with av.open(str(path.resolve()), "r", format="mov", options={"protocol_whitelist": "file"}) as media:
            faults = _faults(media, media.streams.video[0], size, frames)
    except (FFmpegError, IndexError) as error:
        raise failure("The clip cannot be read back.") from error
    if faults:
        raise failure(f"The clip is not in the profile of films: {'; '.join(faults)}.")


def _faults(media: InputContainer, stream: VideoStream, size: Size, frames: int) -> list[str]:
    context = stream.codec_context
    tags = {context.color_primaries, context.color_trc, context.colorspace}
    packets = [packet for packet in media.demux(stream) if packet.size]
    starts = sorted(-1 if packet.pts is None else packet.pts for packet in packets)
    keyframes = {(packet.pts or 0) // TICKS_PER_FRAME for packet in packets if packet.is_keyframe}
    checks = {
        "it has more than one track": len(media.streams) == 1,
        f"it is {context.width}×{context.height}": (context.width, context.height) == size,
        "its time base differs": stream.time_base is not None and stream.time_base.denominator == TIME_SCALE,
        f"it has {len(packets)} frames, not {frames}": len(packets) == frames,
        "its frames are not evenly spaced": starts == [TICKS_PER_FRAME * n for n in range(len(packets))],
        "keyframes are missing": keyframes >= keyframe_places(frames),
        "its colours are not tagged BT.709": tags == {BT709} and context.color_range == LIMITED_RANGE,
        "its parameter sets differ": _has_our_parameter_sets(context.extradata, size),
    }
    return [fault for fault, passed in checks.items() if not passed]


def _has_our_parameter_sets(extradata: bytes | None, size: Size) -> bool:
    return parse_parameter_sets(extradata or b"") == expected_parameter_sets(size)
