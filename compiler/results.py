"""Results of the compiler's commands: one frozen type each, the same on both sides of the border.

Imports nothing heavy: whoever asked for the work reads its result without a codec. What a command answers is
the type's fields as JSON; whoever reads them refuses what is not a field (`Result.__pydantic_config__`).
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from compiler.timeline.layout import Layout, lay_out
from compiler.timeline.model import Timeline

Size = tuple[int, int]


@dataclass(frozen=True)
class Result:
    """What a command has made or found out."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    """For a reader that uses Pydantic. Here it would double the cost of a start (compiler_start.py)."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Rendered(Result):
    """`encoded_frames` were made now, `cached_frames` earlier, `copied_frames` never."""

    output: Path
    duration: float
    frames: int
    size: Size
    size_bytes: int
    encoded_frames: int
    copied_frames: int
    cached_frames: int
    cached_segments: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Prepared(Result):
    """What `render` will need of a timeline lies in `cache`; `encoded_frames` of it were made now."""

    cache: Path
    encoded_frames: int


@dataclass(frozen=True)
class LaidOut(Result):
    """Where everything of a timeline falls; the timeline itself with all lengths measured."""

    timeline: Timeline
    layout: Layout

    def to_json(self) -> dict[str, Any]:
        return {"timeline": self.timeline.to_json(), **self.layout.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "LaidOut":
        """The layout is computed again: it follows from the timeline, on any machine."""
        timeline = Timeline.from_json(value.get("timeline"))
        return cls(timeline, lay_out(timeline))


@dataclass(frozen=True)
class Lettered(Result):
    """A picture of words."""

    output: Path
    size: Size
    size_bytes: int


@dataclass(frozen=True)
class Animation(Result):
    """A clip that was made of a photograph."""

    output: Path
    size: Size
    duration: float
    frames: int
    size_bytes: int
    move: str
    focus: tuple[float, float]
    manner: str
    """How the photograph is framed: fill, whole or faces."""
    profile_version: int


@dataclass(frozen=True)
class Preview(Result):
    """A small rendition of a clip, frame for frame."""

    output: Path
    size: Size
    frames: int
    size_bytes: int


@dataclass(frozen=True)
class Probe(Result):
    """Facts about a media file. `size` is as it is seen: rotation and pixel shape applied.

    A cover or slides beside sound are told of too, but the kind of such a file is audio, as is its duration.
    """

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
    video_duration: float | None = None
    pixel_format: str | None = None
    audio_codec: str | None = None
    audio_duration: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    complete: bool = True
    """False if the file ends before what its header promises: a download that broke off."""
    unusable_audio: str | None = None
    """Why a video is told of without the sound that is in it."""

    @property
    def has_audio(self) -> bool:
        return self.audio_codec is not None


@dataclass(frozen=True)
class VoiceLevels(Result):
    """Of a clip's own sound: integrated loudness in LUFS, None for silence, and the level of each fiftieth of
    a second in decibels below full scale."""

    loudness: float | None
    moments: tuple[int, ...]


@dataclass(frozen=True)
class ConformedClip(Result):
    """A clip made of another video; `audio` is the sound that came with it, exactly as long."""

    output: Path
    size: Size
    duration: float
    frames: int
    size_bytes: int
    audio: Path | None
    source: Probe
    profile_version: int
    unusable_sound: str | None = None
    """Why the sound that came with it was left out."""
    audio_levels: VoiceLevels | None = None


@dataclass(frozen=True)
class Poster(Result):
    """A still, seen `at` seconds of its video."""

    output: Path
    size: Size
    at: float
    size_bytes: int


@dataclass(frozen=True)
class SoundProbe(Result):
    """`stream` is the number of the track; `pan` makes stereo of it where FFmpeg does not know how."""

    stream: int
    duration: float
    codec: str
    sample_rate: int
    channels: int
    pan: str | None
    moves: bool


@dataclass(frozen=True)
class Beats(Result):
    """Seconds of the track; `downbeats` are the first beats of bars, of three or four beats each. Silence has
    none."""

    tempo: float
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    beats_per_bar: int = 4


@dataclass(frozen=True)
class Peaks(Result):
    """The loudest sample in each of equally long parts of a track, from 0 to 1 (full scale)."""

    peaks: tuple[float, ...]


@dataclass(frozen=True)
class MeasuredLoudness(Result):
    """Integrated in LUFS and the true peak in dBTP; None for silence."""

    integrated: float | None
    peak: float | None
