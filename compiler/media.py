"""Opening media that strangers made: known containers and codecs only, never anything but this file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import ArgumentError, FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from compiler.errors import CompilerError, NotFound, TooLarge, Unsupported

LARGEST_BYTES = 4 * 1024**3
MOST_STREAMS = 32
MOST_PIXELS = 8192 * 4608

# A playlist (HLS, DASH, concat) would make FFmpeg open other files: none is on the list.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,ogg,flac,aac"
_VIDEO_CODECS = frozenset(
    ("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "prores", "mpeg4", "mjpeg")
)
_AUDIO_CODECS = frozenset(("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac"))
_SAFE = {
    "protocol_whitelist": "file",
    "format_whitelist": _CONTAINERS,
    "max_pixels": str(MOST_PIXELS),
}


@contextmanager
def open_media(path: Path, unreadable: type[CompilerError]) -> Iterator[InputContainer]:
    """Open a file for reading; whatever it is, nothing but this file is opened.

    A file that FFmpeg cannot read, now or inside the block, raises `unreadable`.
    """
    check_file(path)
    try:
        with _opened(path) as media:
            if len(media.streams) > MOST_STREAMS:
                raise Unsupported("This file has more tracks in it than we can take.")
            yield media
    except (FFmpegError, EOFError) as error:
        if isinstance(error, OSError) and not isinstance(error, EOFError):
            raise  # the disk's trouble, perhaps with what is written from within the block
        raise unreadable("This file is damaged, or is not what its name says.") from error


def _opened(path: Path) -> InputContainer:
    try:
        # The resolved path begins with a slash, so that no name is ever taken for a protocol.
        return av.open(str(path.resolve()), "r", options=dict(_SAFE), metadata_errors="replace")
    except ArgumentError as error:
        raise Unsupported("Files of this kind cannot be used. MP4, MOV and WebM videos can.") from error


def check_file(path: Path) -> None:
    """Devices and pipes are refused: they could be read for ever."""
    if not path.is_file():
        raise NotFound("The file to read is no longer there.")
    if path.stat().st_size > LARGEST_BYTES:
        raise TooLarge("This file is larger than 4 GB, which is more than we can take.")


def video_of(media: InputContainer) -> VideoStream | None:
    """The first moving picture, ready to be decoded; a cover picture of an album is none."""
    for stream in media.streams.video:
        if stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
            continue
        name = _codec_name(stream)
        if name not in _VIDEO_CODECS:
            raise Unsupported(f"Videos encoded with {name} cannot be used; H.264, H.265, VP9 and AV1 can.")
        if not 0 < stream.width * stream.height <= MOST_PIXELS:  # 0 where FFmpeg refused to look at it
            raise TooLarge("The picture of this video is larger than we can take, or has no size.")
        stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
        return stream
    return None


def audio_of(media: InputContainer) -> AudioStream | None:
    """The first sound track, ready to be decoded."""
    for stream in media.streams.audio:
        name = _codec_name(stream)
        if name not in _AUDIO_CODECS and not name.startswith("pcm_"):
            raise Unsupported(f"Sound encoded with {name} cannot be used; MP3, AAC, FLAC and WAV can.")
        return stream
    return None


def _codec_name(stream: VideoStream | AudioStream) -> str:
    return stream.codec_context.name if stream.codec_context is not None else "an unknown codec"
