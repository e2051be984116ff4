"""Probe video and sound files by reading them, not by believing their headers."""

from array import array
from collections import ChainMap
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from compiler.errors import CompilerError, NotAudio, NotAVideo, Unsupported
from compiler.media.opening import MUSIC, audio_of, decoded, open_media, picture_of, video_of
from compiler.media.orientation import Orientation
from compiler.results import Probe

STILL = "There is neither video nor sound in this file."
INAUDIBLE = "Nothing can be heard in the sound of this video."
SLIDES = 3.0
"""Pictures a second. Beside sound, fewer than these are a cover or slides, and no moving picture."""


@dataclass
class _DecodedTrack:
    """What the packets of one stream add up to."""

    stream: VideoStream | AudioStream
    decode_all: bool
    forgiving: bool = False
    packets: int = 0
    cut_short: bool = False
    first_frame: VideoFrame | AudioFrame | None = None
    starts: "array[int]" = field(default_factory=lambda: array("q"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))

    def read(self, packet: "Packet[Stream]") -> None:
        self.packets += bool(packet.size)
        self.cut_short |= packet.is_corrupt
        if packet.pts is not None and packet.size and not packet.is_discard:
            self.starts.append(packet.pts)
            self.ends.append(packet.pts + (packet.duration or 0))
        if self.decode_all or self.first_frame is None:
            self._decode(packet)

    def _decode(self, packet: "Packet[Stream]") -> None:
        frames = decoded(packet) if self.forgiving else packet.decode()
        if self.first_frame is None and frames:
            self.first_frame = frames[0]  # type: ignore[assignment]

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last, which some containers do not tell: then as usual."""
        if not self.starts:
            return 0.0
        end = max(map(self._end, self.starts, self.ends))
        start = max(0, min(self.starts))
        return float((end - start) * (self.stream.time_base or Fraction(0)))

    def _end(self, start: int, end: int) -> int:
        return end if end > start else start + self._usual_step

    @property
    def constant_rate(self) -> bool:
        return max(self._steps, default=0) - min(self._steps, default=0) <= 1

    @property
    def rate(self) -> float | None:
        return len(self.starts) / self.seconds if self.seconds else None

    @property
    def complete(self) -> bool:
        """By the index, not by the header's count, which holds what an edit list leaves out, too."""
        if not self.stream.frames:  # the container does not say how many there should be
            return True
        return not self.cut_short and self.packets >= len(self.stream.index_entries)

    @cached_property
    def _steps(self) -> "array[int]":
        return array("q", (after - before for before, after in pairwise(sorted(self.starts))))

    @cached_property
    def _usual_step(self) -> int:
        return sorted(self._steps)[len(self._steps) // 2] if self._steps else 0


def probe(path: Path | str, strict: bool = False) -> Probe:
    """Read a video or sound file and say what is in it.

    Every packet is read and the first frame of each track decoded; `strict` decodes all of them
    and refuses a file with the smallest damage. Sound that cannot be used makes no video unusable.
    Raises NotAVideo or NotAudio (by what the file seemed to be), Unsupported, TooLarge, NotFound.
    """
    path = Path(path)
    with open_media(path, NotAVideo) as media:
        if video_of(media) is None and audio_of(media, MUSIC) is None:
            raise NotAVideo(STILL)
        unreadable: type[CompilerError] = NotAVideo if picture_of(media) else NotAudio
    with open_media(path, unreadable) as media:
        return _read(media, path, strict, unreadable)


def _read(media: InputContainer, path: Path, strict: bool, unreadable: type[CompilerError]) -> Probe:
    picture = video_of(media)
    sound, unusable = _sound_beside(media) if picture else (audio_of(media, MUSIC), None)
    tracks = [
        _DecodedTrack(stream, strict, forgiving=not strict and stream is sound and picture is not None)
        for stream in (picture, sound)
        if stream is not None
    ]
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
        raise unreadable("This file is damaged: it ends too early.")
    shown = tracks[-1 if _is_music(tracks) else 0]
    return Probe(
        kind="video" if isinstance(shown.stream, VideoStream) else "audio",
        duration=shown.seconds,
        bytes=path.stat().st_size,
        container=media.format.name.partition(",")[0],
        complete=complete,
        **ChainMap(*facts, {"unusable_audio": unusable}),
    )


def _sound_beside(media: InputContainer) -> tuple[AudioStream | None, str | None]:
    """The sound of a video, or why there is none that can be used."""
    try:
        return audio_of(media), None
    except Unsupported as error:
        return None, str(error)


def _is_music(tracks: list[_DecodedTrack]) -> bool:
    """Whether what is to be seen is only a cover, or slides."""
    picture, sound = tracks[0], tracks[-1]
    if picture is sound or not isinstance(sound.first_frame, AudioFrame):
        return False
    return len(picture.starts) < SLIDES * max(picture.seconds, 1.0)


def _facts(track: _DecodedTrack, unreadable: type[CompilerError]) -> dict[str, Any]:
    stream, frame = track.stream, track.first_frame
    if isinstance(stream, VideoStream) and isinstance(frame, VideoFrame):
        orientation = Orientation.of(frame)
        return {
            "size": orientation.seen_size(frame.width, frame.height, stream.sample_aspect_ratio),
            "rotation": orientation.degrees,
            "frames": len(track.starts),
            "frame_rate": track.rate,
            "constant_rate": track.constant_rate,
            "video_codec": stream.codec_context.codec.canonical_name,
            "video_duration": track.seconds,
            "pixel_format": frame.format.name,
        }
    if isinstance(frame, AudioFrame):
        return {
            "audio_codec": stream.codec_context.codec.canonical_name,
            "audio_duration": track.seconds,
            "sample_rate": frame.sample_rate,
            "channels": frame.layout.nb_channels,
        }
    if track.forgiving:
        return {"unusable_audio": INAUDIBLE}
    raise unreadable("There is nothing to see or hear in this file.")
