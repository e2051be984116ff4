"""Conform (transcode) any video to a clip of the profile, verified or refused."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from math import ceil
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from compiler.audio.clip_audio import write_audio
from compiler.audio.voice_activity import measure_voice
from compiler.codec.encoder import ClipWriter, atomic_output, clip_writer
from compiler.codec.profile import FRAMES_PER_SECOND, VERSION, Size, check_size, frame_count
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest, InputTooLarge, NotAudio, NotAVideo
from compiler.media.opening import open_media, video_of
from compiler.media.probing import probe
from compiler.picture.deinterlacing import deinterlace
from compiler.picture.framing import Fit, Framing
from compiler.progress import Progress, silent
from compiler.results import ConformedClip

LONGEST_SECONDS = 300.0
_SOUND = ".m4a"


def conform_clip(
    input: Path | str,  # noqa: A002 - the request's own word
    output: Path | str,
    size: Size = (1280, 720),
    fit: Fit | str = Fit.FILL,
    color: str = "#000000",
    progress: Progress = silent,
) -> ConformedClip:
    """Decode a video and write it in the profile to `output`, its sound beside it as .m4a.

    `fit` says what becomes of another shape: `fill` crops, `blur` frames the whole picture by a
    blurred copy, `color` by a colour. The output appears only when it is proved to be right.
    """
    size, fit, color = check_size(size), _check_fit(fit), _check_colour(color)
    source_path, output = Path(input), _check_output(Path(output))
    source = probe(source_path)
    if source.video_duration is None:
        raise NotAVideo("There is no video in this file.")
    if not source.complete:
        raise NotAVideo("This video is damaged: it ends too early.")
    if source.video_duration > LONGEST_SECONDS:
        raise InputTooLarge(
            f"A clip of {source.video_duration:.0f} seconds is too long: {LONGEST_SECONDS:.0f} at most."
        )
    frames = frame_count(source.video_duration)
    audio, unusable = output.with_suffix(_SOUND) if source.has_audio else None, source.unusable_audio
    with ExitStack() as outputs:
        part = outputs.enter_context(atomic_output(output))
        _write(source_path, part, size, fit, color, frames, progress)
        verify_clip(part, size, frames)
        size_bytes = part.stat().st_size
        if audio is not None and (unusable := _write_sound(source_path, audio, frames, outputs)):
            audio = None
    levels = measure_voice(audio).result() if audio is not None else None
    progress(1.0, "conform")
    seconds = frames / FRAMES_PER_SECOND
    return ConformedClip(output, size, seconds, frames, size_bytes, audio, source, VERSION, unusable, levels)


def _write(
    source: Path, part: Path, size: Size, fit: Fit, color: str, frames: int, progress: Progress
) -> None:
    with open_media(source, NotAVideo) as media, clip_writer(part, size, frames) as writer:
        stream = video_of(media)
        if stream is None:
            raise NotAVideo("There is no video in this file.")
        framing, shown = None, None
        for slot, frame in _paced(media, stream):
            if shown is not None:
                _hold(writer, shown, min(slot, frames), progress, frames)
            if slot >= frames:
                break
            if framing is None or not framing.takes(frame):
                framing = Framing(frame, stream.sample_aspect_ratio, size, fit, color)
            shown = framing.apply(frame)
        if shown is None:
            raise NotAVideo("There is nothing to see in this file.")
        _hold(writer, shown, frames, progress, frames)


def _write_sound(source: Path, audio: Path, frames: int, outputs: ExitStack) -> str | None:
    """Beside the picture and only together with it; or why it cannot be used, which leaves it out."""
    try:
        with ExitStack() as alone:
            write_audio(source, alone.enter_context(atomic_output(audio)), frames)
            outputs.push(alone.pop_all())
    except NotAudio as error:
        return str(error)
    return None


def _hold(writer: ClipWriter, shown: VideoFrame, until: int, progress: Progress, frames: int) -> None:
    """Write a frame until the next one is due."""
    while writer.written < until:
        progress(writer.written / frames, "conform")
        writer.write(shown)


def _paced(media: InputContainer, stream: VideoStream) -> Iterator[tuple[int, VideoFrame]]:
    """The decoded frames that are seen at 24 frames a second, each with the first of its places."""
    stream.thread_type = "AUTO"
    start, last = None, -1
    timed = (frame for frame in media.decode(stream) if frame.pts is not None and frame.time_base is not None)
    for frame in deinterlace(timed):
        if frame.pts is None or frame.time_base is None:
            raise NotAVideo("A frame of this video has no timestamp.")
        time = frame.pts * Fraction(frame.time_base)
        start = time if start is None else start
        slot = ceil(
            (time - start) * FRAMES_PER_SECOND - Fraction(1, 2)
        )  # halves go one way, for an even pace
        if slot > last:
            last = slot
            yield slot, frame


def _check_output(output: Path) -> Path:
    if output.suffix == _SOUND:
        raise BadRequest("The clip’s name cannot end in .m4a: its sound file has that name.")
    return output


def _check_fit(fit: Fit | str) -> Fit:
    try:
        return Fit(fit)
    except ValueError as error:
        raise BadRequest(f"There is no fit {fit!r}; it is one of {', '.join(Fit)}.") from error


def _check_colour(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadRequest("The color must be # and six hexadecimal digits, like #1a1a1a.")
    return "0x" + colour[1:]
