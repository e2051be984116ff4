"""Preview rendition of a clip (a proxy): the same frames, smaller and lighter, for players on slow lines."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation

from compiler.codec.encoder import atomic_output
from compiler.codec.profile import BT709, FRAMES_PER_SECOND, LIMITED_RANGE, TIME_SCALE
from compiler.errors import NotAVideo
from compiler.media.opening import open_media, video_of
from compiler.progress import Progress, silent
from compiler.results import Preview, Size

SHORT_SIDE = 480
"""Of its picture: two pixels a point on the small player of a phone."""
MOST_KILOBITS = 700
"""A second, at most: with the music, a line of 1.6 Mbit/s carries more than is played."""
_SECONDS_AHEAD = 1
"""By how much of that a decoder's buffer may be ahead; also how far apart keyframes are, for seeking."""


def save_preview(source: Path | str, output: Path | str, progress: Progress = silent) -> Preview:
    """Write every frame of a clip, at its time, with a shorter side of 480 pixels."""
    output = Path(output)
    with atomic_output(output) as part:
        with open_media(Path(source), NotAVideo) as media:
            stream = video_of(media)
            if stream is None:
                raise NotAVideo("There is no video in this file.")
            size, expected = size_of(stream.width, stream.height), stream.frames
            with _opened(part, size) as container:
                frames = _write(container, size, media.decode(stream), expected, progress)
        if frames == 0:
            raise NotAVideo("There is nothing to see in this file.")
        size_bytes = part.stat().st_size
    progress(1.0, "preview")
    return Preview(output, size, frames, size_bytes)


def size_of(width: int, height: int) -> Size:
    """In even numbers, because colour has half of them; never larger than the clip."""
    scale = min(1.0, SHORT_SIDE / min(width, height))
    return 2 * round(width * scale / 2), 2 * round(height * scale / 2)


def _opened(path: Path, size: Size) -> OutputContainer:
    options = {"movflags": "+faststart", "video_track_timescale": str(TIME_SCALE)}
    container = av.open(str(path), "w", format="mp4", options=options)
    context = container.add_stream("libx264", rate=FRAMES_PER_SECOND).codec_context
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base, context.framerate = Fraction(1, FRAMES_PER_SECOND), Fraction(FRAMES_PER_SECOND)
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED_RANGE
    context.gop_size = _SECONDS_AHEAD * FRAMES_PER_SECOND
    context.thread_count = 1
    context.flags |= Flags.global_header | Flags.closed_gop
    context.options = {
        "preset": "veryfast", "crf": "23", "profile": "main", "bf": "3",
        "maxrate": f"{MOST_KILOBITS}k", "bufsize": f"{_SECONDS_AHEAD * MOST_KILOBITS}k",
    }  # fmt: skip
    return container


def _write(
    container: OutputContainer, size: Size, decoded: Iterator[VideoFrame], expected: int, progress: Progress
) -> int:
    (stream,) = container.streams.video
    written = 0
    for frame in decoded:
        progress(min(1.0, written / max(1, expected)), "preview")
        small = frame.reformat(*size, format="yuv420p", interpolation=Interpolation.BICUBIC)
        small.pts, small.time_base = written, Fraction(1, FRAMES_PER_SECOND)
        container.mux(stream.encode(small))
        written += 1
    container.mux(stream.encode(None))
    return written
