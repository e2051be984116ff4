"""Open untrusted media: known containers and codecs only, never anything but this file."""

import errno
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import ArgumentError, FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from compiler.errors import CompilerError, FileMissing, InputTooLarge, Unsupported
from compiler.media.sound_formats import DECODERS, DEMUXERS

LARGEST_BYTES = 4 * 1024**3
MOST_STREAMS = 32
MOST_PIXELS = 8192 * 4608

# A playlist (HLS, DASH, concat) would make FFmpeg open other files: none is on the list.
_CONTAINERS = ",".join(DEMUXERS)
VIDEO_CODECS = frozenset(
    ("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "prores", "mpeg4", "mjpeg")
)
_PLAIN = frozenset(name for name in DECODERS if name.startswith("pcm_"))
CLIP_SOUND = _PLAIN | {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac"}
"""What may come with a video and is kept beside its clip."""
MUSIC = frozenset(DECODERS)
_OF_DECODERS = errno.EPERM
"""What some decoders answer to damage, though it is the system's word for what nobody may do."""
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
                raise Unsupported("This file has more tracks than we can handle.")
            yield media
    except (FFmpegError, EOFError) as error:
        if isinstance(error, OSError) and not isinstance(error, EOFError) and error.errno != _OF_DECODERS:
            raise  # the disk's trouble, perhaps with what is written from within the block
        raise unreadable("This file is damaged, or is not what its name says.") from error


def _opened(path: Path) -> InputContainer:
    try:
        # The resolved path begins with a slash, so that no name is ever taken for a protocol.
        return av.open(str(path.resolve()), "r", options=dict(_SAFE), metadata_errors="replace")
    except ArgumentError as error:
        raise Unsupported("Files of this kind cannot be used. MP4, MOV and WebM videos can.") from error


def decoded(packet: "Packet[Any]") -> list[Any] | None:
    """The frames of a packet; None if it is damaged, for which FFmpeg has many numbers."""
    try:
        return packet.decode()
    except FFmpegError as error:
        if isinstance(error, MemoryError):
            raise
        return None


def check_file(path: Path, called: str = "The file to read") -> None:
    """Devices and pipes are refused: they could be read for ever."""
    if not path.is_file():
        raise FileMissing(f"{called} is no longer there.")
    if path.stat().st_size > LARGEST_BYTES:
        raise InputTooLarge("This file is larger than 4 GB, which is more than we can handle.")


def video_of(media: InputContainer) -> VideoStream | None:
    """The first moving picture, ready to be decoded; a cover picture of an album is none."""
    stream = picture_of(media)
    if stream is None:
        return None
    name = _codec_name(stream)
    if name not in VIDEO_CODECS:
        raise Unsupported(f"Videos encoded with {name} cannot be used; H.264, H.265, VP9 and AV1 can.")
    if not 0 < stream.width * stream.height <= MOST_PIXELS:  # 0 where FFmpeg refused to look at it
        raise InputTooLarge("The picture of this video is larger than we can handle, or has no size.")
    stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
    return stream


def picture_of(media: InputContainer) -> VideoStream | None:
    """The first picture track of any codec, but for album covers and the thumbnails of chapters."""
    for stream in media.streams.video:
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
            return stream
    return None


def audio_of(media: InputContainer, decoders: Collection[str] = CLIP_SOUND) -> AudioStream | None:
    """The first sound track that can be decoded: phones put one that only they know beside an ordinary one.

    Raises Unsupported where there are only others.
    """
    for stream in media.streams.audio:
        if _codec_name(stream) in decoders:
            return stream
    if media.streams.audio:
        raise Unsupported(f"Sound encoded with {_codec_name(media.streams.audio[0])} cannot be used.")
    return None


def _codec_name(stream: VideoStream | AudioStream) -> str:
    return stream.codec_context.name if stream.codec_context is not None else "an unknown codec"
