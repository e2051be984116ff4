"""What is in a video or sound file, found by reading it and not by believing its header."""

from collections import ChainMap
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from compiler.errors import CompilerError, NotAudio, NotAVideo
from compiler.media import audio_of, open_media, video_of
from compiler.orientation import Orientation
from compiler.profile import Size

STILL = "There is neither a moving picture nor sound in this file."


@dataclass(frozen=True)
class Probe:
    """Facts about a media file. `size` is as it is seen: rotation and pixel shape applied."""

    kind: Literal["video", "audio"]
    duration: float
    bytes: int
    container: str
    size: Size | None = None
    frames: int | None = None
    frame_rate: float | None = None
    constant_rate: bool | None = None
    rotation: int = 0
    video_codec: str | None = None
    pixel_format: str | None = None
    audio_codec: str | None = None
    audio_duration: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    complete: bool = True
    """False if the file ends before what its header promises: a download that broke off."""

    @property
    def has_audio(self) -> bool:
        return self.audio_codec is not None


@dataclass
class _Track:
    """What the packets of one stream add up to."""

    stream: VideoStream | AudioStream
    decode_all: bool
    packets: int = 0
    cut_short: bool = False
    first_frame: VideoFrame | AudioFrame | None = None
    times: list[tuple[int, int]] = field(default_factory=list)

    def read(self, packet: "Packet[Stream]") -> None:
        self.packets += bool(packet.size)
        self.cut_short |= packet.is_corrupt
        if packet.pts is not None and packet.size and not packet.is_discard:
            self.times.append((packet.pts, packet.duration or 0))
        if self.decode_all or self.first_frame is None:
            frames = packet.decode()
            if self.first_frame is None and frames:
                self.first_frame = frames[0]  # type: ignore[assignment]

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last, which some containers do not tell: then as usual."""
        if not self.times:
            return 0.0
        end = max(start + (length or self._usual_step) for start, length in self.times)
        start = max(0, min(start for start, _ in self.times))
        return float((end - start) * (self.stream.time_base or Fraction(0)))

    @property
    def constant_rate(self) -> bool:
        return max(self._steps, default=0) - min(self._steps, default=0) <= 1

    @property
    def complete(self) -> bool:
        """By the index, not by the header's count, which holds what an edit list leaves out, too."""
        if not self.stream.frames:  # the container does not say how many there should be
            return True
        return not self.cut_short and self.packets >= len(self.stream.index_entries)

    @cached_property
    def _steps(self) -> list[int]:
        return [after - before for before, after in pairwise(sorted(start for start, _ in self.times))]

    @property
    def _usual_step(self) -> int:
        return sorted(self._steps)[len(self._steps) // 2] if self._steps else 0


def probe(path: Path | str, strict: bool = False) -> Probe:
    """Read a video or sound file and say what is in it.

    Every packet is read and the first frame of each track decoded; `strict` decodes all of them
    and refuses a file with the smallest damage. Raises NotAVideo or NotAudio (by what the file
    seemed to be), Unsupported, TooLarge, NotFound.
    """
    path = Path(path)
    with open_media(path, NotAVideo) as media:
        video, audio = video_of(media), audio_of(media)
        unreadable: type[CompilerError] = NotAVideo if video else NotAudio
        if video is None and audio is None:
            raise NotAVideo(STILL)
    with open_media(path, unreadable) as media:
        return _read(media, path, strict, unreadable)


def _read(media: InputContainer, path: Path, strict: bool, unreadable: type[CompilerError]) -> Probe:
    tracks = [_Track(stream, strict) for stream in (video_of(media), audio_of(media)) if stream is not None]
    for track in tracks:
        if strict:
            track.stream.codec_context.options |= {"err_detect": "explode"}
    by_index = {track.stream.index: track for track in tracks}
    for packet in media.demux([track.stream for track in tracks]):
        if packet.stream.index in by_index:  # a broken file can bring up further streams on the way
            by_index[packet.stream.index].read(packet)
    facts = [_facts(track, unreadable) for track in tracks]
    complete = all(track.complete for track in tracks)
    if strict and not complete:
        raise unreadable("This file is damaged: it ends before its time.")
    return Probe(
        kind="video" if isinstance(tracks[0].stream, VideoStream) else "audio",
        duration=tracks[0].seconds,
        bytes=path.stat().st_size,
        container=media.format.name.partition(",")[0],
        complete=complete,
        **ChainMap(*facts),
    )


def _facts(track: _Track, unreadable: type[CompilerError]) -> dict[str, Any]:
    stream, frame = track.stream, track.first_frame
    if isinstance(stream, VideoStream) and isinstance(frame, VideoFrame):
        orientation = Orientation.of(frame)
        return {
            "size": orientation.seen_size(frame.width, frame.height, stream.sample_aspect_ratio),
            "rotation": orientation.degrees,
            "frames": len(track.times),
            "frame_rate": len(track.times) / track.seconds if track.seconds else None,
            "constant_rate": track.constant_rate,
            "video_codec": stream.codec_context.codec.canonical_name,
            "pixel_format": frame.format.name,
        }
    if isinstance(frame, AudioFrame):
        return {
            "audio_codec": stream.codec_context.codec.canonical_name,
            "audio_duration": track.seconds,
            "sample_rate": frame.sample_rate,
            "channels": frame.layout.nb_channels,
        }
    raise unreadable("There is nothing to see or hear in this file.")
