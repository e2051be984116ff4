"""Requests of the compiler's commands: one frozen type each, the same on both sides of the border.

Imports nothing heavy: the application makes requests, the compiler's process reads them. Reading checks every
value and refuses what is no field, with a sentence that names it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from compiler.request_base import REQUESTS as REQUESTS
from compiler.request_base import Answer as Answer
from compiler.request_base import FilmRequest, MixRequest, optional_path, path_of, read_music_levels
from compiler.request_base import Request as Request
from compiler.results import (
    Animation,
    Beats,
    ConformedClip,
    LaidOut,
    Lettered,
    MeasuredLoudness,
    Peaks,
    Poster,
    Prepared,
    Preview,
    Probe,
    Rendered,
    Size,
    SoundProbe,
    VoiceLevels,
)
from compiler.subject import AUTOMATIC, FramingChoice, FramingMode, MovementStrength, PhotoSubject
from compiler.subject_fields import read_point, read_subject
from compiler.timeline.fields import LONGEST_SECONDS, Fields
from compiler.timeline.model import FITS, LONGEST_TEXT, TITLE_STYLES, Timeline

QUALITIES = ("fast", "quality")
LETTERINGS = ("card", "caption", "mark")
USUAL_SIZE = (1280, 720)
LEAST_ROOM, MOST_ROOM = 8, 4 << 20


@dataclass(frozen=True)
class RenderRequest(MixRequest[Rendered], command="render"):
    output: Path
    cache: Path | None = None
    quality: str = "fast"
    poster: Path | None = None
    """Where a still of the film goes."""
    room: int | None = None
    """Bytes that are left free before the film's index, for what is put into it when it is made."""

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            timeline=Timeline.read(given),
            output=path_of(given, "output"),
            cache=optional_path(given, "cache"),
            quality=given.choice("quality", QUALITIES, "fast"),
            poster=optional_path(given, "poster"),
            room=given.optional_whole("room", LEAST_ROOM, MOST_ROOM),
            music_levels=read_music_levels(given),
        )


@dataclass(frozen=True)
class PrepareRequest(MixRequest[Prepared], command="prepare"):
    """May carry the output, poster and room of the render request that it goes before."""

    cache: Path
    quality: str = "fast"

    @classmethod
    def read(cls, given: Fields) -> Self:
        for name in ("output", "poster"):
            given.optional_text(name)
        given.optional_whole("room", LEAST_ROOM, MOST_ROOM)
        return cls(
            timeline=Timeline.read(given),
            cache=path_of(given, "cache"),
            quality=given.choice("quality", QUALITIES, "fast"),
            music_levels=read_music_levels(given),
        )


@dataclass(frozen=True)
class AnimateRequest(Request[Animation], command="animate"):
    photo: Path
    output: Path
    size: Size = USUAL_SIZE
    duration: float = 5.0
    move: str = "push_in"
    choice: FramingChoice = AUTOMATIC
    subject: PhotoSubject | None = None
    """None: it is looked for."""
    poster: Path | None = None
    small_poster: Path | None = None
    """As `PosterRequest` makes them, without a process of their own."""

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            photo=path_of(given, "photo"),
            output=path_of(given, "output"),
            size=given.size("size") or USUAL_SIZE,
            duration=given.number("duration", 5.0, 0.5, 60.0),
            move=given.optional_text("move", 40) or "push_in",
            choice=FramingChoice(
                focus=given.object("focus", read_point),
                mode=FramingMode(given.choice("framing", tuple(FramingMode), "auto")),
                strength=MovementStrength(given.choice("strength", tuple(MovementStrength), "normal")),
            ),
            subject=given.object("subject", read_subject),
            poster=optional_path(given, "poster"),
            small_poster=optional_path(given, "small_poster"),
        )

    def to_json(self) -> dict[str, Any]:
        written = super().to_json()
        choice, subject = written.pop("choice"), written.pop("subject", None)
        written |= {"framing": choice.mode.value, "strength": choice.strength.value}
        written |= {"focus": choice.focus} if choice.focus else {}
        return written | ({"subject": subject.to_json()} if subject else {})


@dataclass(frozen=True)
class ConformRequest(Request[ConformedClip], command="conform"):
    """The sound that comes with the clip is put beside the output, under its name with the ending .m4a."""

    input: Path
    output: Path
    size: Size = USUAL_SIZE
    fit: str = "fill"
    color: str = "#000000"
    poster: Path | None = None
    small_poster: Path | None = None

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            input=path_of(given, "input"),
            output=path_of(given, "output"),
            size=given.size("size") or USUAL_SIZE,
            fit=given.choice("fit", FITS, "fill"),
            color=given.optional_text("color", 7) or "#000000",
            poster=optional_path(given, "poster"),
            small_poster=optional_path(given, "small_poster"),
        )


@dataclass(frozen=True)
class TimelineRequest(FilmRequest[LaidOut], command="timeline"):
    """May carry all that a render request does."""

    @classmethod
    def read(cls, given: Fields) -> Self:
        for name in ("output", "cache", "quality", "poster"):
            given.optional_text(name)
        given.optional_whole("room", LEAST_ROOM, MOST_ROOM)
        read_music_levels(given)
        return cls(Timeline.read(given))


@dataclass(frozen=True)
class PosterRequest(Request[Poster], command="poster"):
    """`small`: the same picture as a light WebP, for pages."""

    input: Path
    output: Path
    at: float = 0.0
    small: Path | None = None

    @classmethod
    def read(cls, given: Fields) -> Self:
        at = given.number("at", 0.0, 0.0, LONGEST_SECONDS)
        return cls(path_of(given, "input"), path_of(given, "output"), at, optional_path(given, "small"))


@dataclass(frozen=True)
class PreviewRequest(Request[Preview], command="preview"):
    """A small rendition of a clip, for players on slow lines."""

    input: Path
    output: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "input"), path_of(given, "output"))


@dataclass(frozen=True)
class LetteringRequest(Request[Lettered], command="lettering"):
    """The words of a card (with its ground), a caption or a mark (on nothing): a WebP of the film's size."""

    output: Path
    kind: str
    text: str
    subtitle: str = ""
    size: Size = USUAL_SIZE
    style: str = "plain"

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            output=path_of(given, "output"),
            kind=given.choice("kind", LETTERINGS, "caption"),
            text=given.text("text", LONGEST_TEXT),
            subtitle=given.optional_text("subtitle", LONGEST_TEXT) or "",
            size=given.size("size") or USUAL_SIZE,
            style=given.choice("style", TITLE_STYLES, "plain"),
        )


@dataclass(frozen=True)
class BeatsRequest(Request[Beats], command="beats"):
    music: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "music"))


@dataclass(frozen=True)
class PeaksRequest(Request[Peaks], command="peaks"):
    music: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "music"))


@dataclass(frozen=True)
class VoiceRequest(Request[VoiceLevels], command="voice"):
    """The levels of a clip's own sound."""

    audio: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "audio"))


@dataclass(frozen=True)
class LoudnessRequest(Request[MeasuredLoudness], command="loudness"):
    music: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "music"))


@dataclass(frozen=True)
class ProbeRequest(Request[Probe], command="probe"):
    input: Path
    strict: bool = False

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(path_of(given, "input"), given.flag("strict", False))


@dataclass(frozen=True)
class ProbeSoundRequest(Request[SoundProbe], command="probe_sound"):
    input: Path
    longest: float = LONGEST_SECONDS

    @classmethod
    def read(cls, given: Fields) -> Self:
        longest = given.number("longest", LONGEST_SECONDS, 1.0, LONGEST_SECONDS)
        return cls(path_of(given, "input"), longest)
