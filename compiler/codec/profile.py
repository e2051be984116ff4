"""The one encoding profile of every clip in storage, so that films can be made by copying.

Raise VERSION when anything here changes what the encoder writes: clips of another version
are conformed again before they go into a film.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext

from compiler.errors import BadRequest, WrongProfile

Size: TypeAlias = tuple[int, int]

VERSION = 1
FRAMES_PER_SECOND = 24
TIME_SCALE = 12288
TICKS_PER_FRAME = TIME_SCALE // FRAMES_PER_SECOND
SIZES: tuple[Size, ...] = ((1280, 720), (720, 1280), (960, 960), (1920, 1080), (1080, 1920), (1440, 1440))
BT709 = 1
LIMITED_RANGE, FULL_RANGE = 1, 2

# The usual transitions last half a second or a second. With a keyframe where each begins and
# ends, no frame outside it has to be decoded to make it.
_KEYFRAMES_FROM_START = (0, 12, 24)
_KEYFRAMES_FROM_END = (24, 12)


class Effort(StrEnum):
    """How long the encoder thinks; all efforts write equal parameter sets."""

    CLIP = "clip"
    QUALITY = "quality"
    FAST = "fast"


@dataclass(frozen=True)
class _EncoderSettings:
    preset: str
    rate: tuple[str, str]
    most_b_frames: str
    added: str


# A segment is a few frames that lean on none before them, so there is nothing to plan ahead: every frame is
# coded equally well, the first hardly better than those that lean on it. A dissolve is what frames between
# two others are best at; with six of them in a row the sequence parameter set would be another one.
# x264 lowers the chroma offset by 2 itself where its psychovisual search is on (medium): asking for -2 where
# it is off makes the picture parameter sets equal.
_SEGMENT = (
    "chroma-qp-offset=-2:qcomp=1:ipratio=1.1:pbratio=1:b-adapt=0:rc-lookahead=0:scenecut=0:mbtree=0:merange=4"
)

# Of what ultrafast leaves out, eight by eight pixels predicted from their neighbours make up for their time
# in bits that need not be written. One quantiser for all frames needs no look at each one's complexity. With
# smaller dead zones (21 and 11 are usual), a coarser quantiser keeps as much in fewer bits.
_SETTINGS = {
    Effort.CLIP: _EncoderSettings("medium", ("crf", "18"), "3", "chroma-qp-offset=0"),
    Effort.QUALITY: _EncoderSettings("veryfast", ("crf", "19.4"), "5", f"{_SEGMENT}:trellis=1"),
    Effort.FAST: _EncoderSettings(
        "ultrafast", ("qp", "20"), "5", f"{_SEGMENT}:partitions=i8x8:deadzone-inter=18:deadzone-intra=9"
    ),
}


@dataclass(frozen=True)
class ParameterSets:
    """The sequence and the picture parameter set that decoders are set up with."""

    sequence: bytes
    picture: bytes


def check_size(size: Size) -> Size:
    if tuple(size) not in SIZES:
        known = ", ".join(f"{width}×{height}" for width, height in SIZES)
        raise BadRequest(f"Clips cannot be {size[0]}×{size[1]}; the sizes are {known}.")
    return size[0], size[1]


def keyframe_places(frames: int) -> frozenset[int]:
    """The frames of a clip of this length that are keyframes in any case."""
    from_end = {frames - place for place in _KEYFRAMES_FROM_END}
    return frozenset(place for place in from_end.union(_KEYFRAMES_FROM_START) if 0 <= place < frames)


def frame_count(duration: float) -> int:
    """The whole frames nearest to a duration in seconds, at least one."""
    return max(1, round(duration * FRAMES_PER_SECOND))


def configure(context: VideoCodecContext, size: Size, effort: Effort = Effort.CLIP, threads: int = 0) -> None:
    """Set an unopened libx264 context up for the profile; `threads` 0 lets x264 choose."""
    context.width, context.height = check_size(size)
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, FRAMES_PER_SECOND)
    context.framerate = Fraction(FRAMES_PER_SECOND)
    context.sample_aspect_ratio = Fraction(1)
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED_RANGE
    context.gop_size = 250
    context.thread_count = threads
    context.flags |= Flags.global_header | Flags.closed_gop
    context.options = _options(effort)


def _options(effort: Effort) -> dict[str, str]:
    settings = _SETTINGS[effort]
    rate, value = settings.rate
    x264 = (
        "stitchable=1:weightp=1:weightb=1:8x8dct=1:cabac=1:b-pyramid=normal:force-cfr=1"
        ":colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"
        f":{settings.added}"
    )
    return {
        "preset": settings.preset, rate: value, "profile": "high", "level": "4.0",
        "bf": settings.most_b_frames, "refs": "3", "forced-idr": "1", "x264-params": x264,
    }  # fmt: skip


@cache
def expected_parameter_sets(size: Size) -> ParameterSets:
    """What the encoder of this installation writes at this size."""
    context = av.CodecContext.create("libx264", "w")
    configure(context, size, threads=1)
    context.open()
    return parse_parameter_sets(context.extradata or b"")


def parse_parameter_sets(extradata: bytes) -> ParameterSets:
    """Read them from a decoder configuration, be it MP4's avcC or start-code delimited."""
    if extradata[:1] == b"\x01":
        units = _units_of_avcc(extradata)
    else:
        units = [unit for unit in extradata.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    sequences = [unit for unit in units if unit[0] & 31 == 7]
    pictures = [unit for unit in units if unit[0] & 31 == 8]
    if len(sequences) != 1 or len(pictures) != 1:
        raise WrongProfile("This clip does not have the one set of parameters that films need.")
    return ParameterSets(sequences[0], pictures[0])


def _units_of_avcc(extradata: bytes) -> list[bytes]:
    """An avcC box: five bytes, the sequence sets after their count, the picture sets after theirs."""
    units, position = [], 5
    for mask in (31, 255):
        count = extradata[position] & mask if position < len(extradata) else 0
        position += 1
        for _ in range(count):
            end = position + 2 + int.from_bytes(extradata[position : position + 2])
            units.append(extradata[position + 2 : end])
            position = end
    return [unit for unit in units if unit]
