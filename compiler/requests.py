"""Requests of the compiler's commands: one frozen type each, the same on both sides of the border.

Imports nothing heavy: the application makes requests, the compiler's process reads them. Reading checks every
value and refuses what is no field, with a sentence that names it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args

from compiler.errors import BadRequest
from compiler.results import (
    Animation,
    Beats,
    ConformedClip,
    LaidOut,
    Lettered,
    MeasuredLoudness,
    Poster,
    Prepared,
    Probe,
    Rendered,
    Result,
    Size,
    SoundProbe,
)
from compiler.timeline.fields import LONGEST_SECONDS, Fields
from compiler.timeline.model import FITS, LONGEST_TEXT, TITLE_STYLES, Timeline
from compiler.timeline.versions import upgraded

QUALITIES = ("fast", "quality")
LETTERINGS = ("card", "caption")
USUAL_SIZE = (1280, 720)

Answer = TypeVar("Answer", bound=Result)


@dataclass(frozen=True)
class Request(ABC, Generic[Answer]):
    """What a command is asked for; `Answer` is the type of its result.

    Its files are paths on the machine of the compiler, or names that `with_files` gives paths to.
    """

    command: ClassVar[str]
    result: ClassVar[type[Result]]

    def __init_subclass__(cls, command: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        if command:
            cls.command = command
            (cls.result,) = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]
            REQUESTS[command] = cls

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Raises BadRequest for anything that makes no sense."""
        given = Fields(value, "")
        request = cls.read(given)
        given.finish()
        return request

    @classmethod
    @abstractmethod
    def read(cls, given: Fields) -> Self:
        """What is its own of a request. Raises BadRequest."""

    def to_json(self) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}

    def with_files(self, files: Mapping[str, Path]) -> Self:
        """The same request, with these files in the place of their names. A path without a name stays."""
        paths = {name: path for name, path in vars(self).items() if isinstance(path, Path)}
        return replace(self, **{name: files.get(str(path), path) for name, path in paths.items()})


REQUESTS: dict[str, type[Request[Any]]] = {}
"""By their commands."""


@dataclass(frozen=True)
class FilmRequest(Request[Answer]):
    """What all that is asked of a timeline has in common. In JSON the timeline's fields stand beside the
    others."""

    timeline: Timeline

    @classmethod
    def from_json(cls, value: Any) -> Self:
        return super().from_json(upgraded(value))

    def to_json(self) -> dict[str, Any]:
        others = super().to_json()
        return others.pop("timeline").to_json() | others  # type: ignore[no-any-return]

    def with_files(self, files: Mapping[str, Path]) -> Self:
        """All that the timeline names must be among them."""
        return replace(super().with_files(files), timeline=self.timeline.with_files(files))


@dataclass(frozen=True)
class RenderRequest(FilmRequest[Rendered], command="render"):
    output: Path
    cache: Path | None = None
    quality: str = "fast"
    poster: Path | None = None
    """Where a still of the film goes."""

    @classmethod
    def read(cls, given: Fields) -> Self:
        cache, poster = given.optional_text("cache"), given.optional_text("poster")
        return cls(
            timeline=Timeline.read(given),
            output=_path(given, "output"),
            cache=None if cache is None else Path(cache),
            quality=given.choice("quality", QUALITIES, "fast"),
            poster=None if poster is None else Path(poster),
        )


@dataclass(frozen=True)
class PrepareRequest(FilmRequest[Prepared], command="prepare"):
    """May carry the output and poster of the render request that it goes before."""

    cache: Path
    quality: str = "fast"

    @classmethod
    def read(cls, given: Fields) -> Self:
        for name in ("output", "poster"):
            given.optional_text(name)
        return cls(
            timeline=Timeline.read(given),
            cache=_path(given, "cache"),
            quality=given.choice("quality", QUALITIES, "fast"),
        )


@dataclass(frozen=True)
class AnimateRequest(Request[Animation], command="animate"):
    photo: Path
    output: Path
    size: Size = USUAL_SIZE
    duration: float = 5.0
    move: str = "push_in"
    focus: tuple[float, float] | None = None

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            photo=_path(given, "photo"),
            output=_path(given, "output"),
            size=given.size("size") or USUAL_SIZE,
            duration=given.number("duration", 5.0, 0.5, 60.0),
            move=given.optional_text("move", 40) or "push_in",
            focus=given.object("focus", _point),
        )


@dataclass(frozen=True)
class ConformRequest(Request[ConformedClip], command="conform"):
    """The sound that comes with the clip is put beside the output, under its name with the ending .m4a."""

    input: Path
    output: Path
    size: Size = USUAL_SIZE
    fit: str = "fill"
    color: str = "#000000"

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            input=_path(given, "input"),
            output=_path(given, "output"),
            size=given.size("size") or USUAL_SIZE,
            fit=given.choice("fit", FITS, "fill"),
            color=given.optional_text("color", 7) or "#000000",
        )


@dataclass(frozen=True)
class TimelineRequest(FilmRequest[LaidOut], command="timeline"):
    """May carry all that a render request does."""

    @classmethod
    def read(cls, given: Fields) -> Self:
        for name in ("output", "cache", "quality", "poster"):
            given.optional_text(name)
        return cls(Timeline.read(given))


@dataclass(frozen=True)
class PosterRequest(Request[Poster], command="poster"):
    input: Path
    output: Path
    at: float = 0.0

    @classmethod
    def read(cls, given: Fields) -> Self:
        at = given.number("at", 0.0, 0.0, LONGEST_SECONDS)
        return cls(_path(given, "input"), _path(given, "output"), at)


@dataclass(frozen=True)
class LetteringRequest(Request[Lettered], command="lettering"):
    """The words of a card (with its ground) or of a caption (on nothing), as a WebP of the film's size."""

    output: Path
    kind: str
    text: str
    subtitle: str = ""
    size: Size = USUAL_SIZE
    style: str = "plain"

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(
            output=_path(given, "output"),
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
        return cls(_path(given, "music"))


@dataclass(frozen=True)
class LoudnessRequest(Request[MeasuredLoudness], command="loudness"):
    music: Path

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(_path(given, "music"))


@dataclass(frozen=True)
class ProbeRequest(Request[Probe], command="probe"):
    input: Path
    strict: bool = False

    @classmethod
    def read(cls, given: Fields) -> Self:
        return cls(_path(given, "input"), given.flag("strict", False))


@dataclass(frozen=True)
class ProbeSoundRequest(Request[SoundProbe], command="probe_sound"):
    input: Path
    longest: float = LONGEST_SECONDS

    @classmethod
    def read(cls, given: Fields) -> Self:
        longest = given.number("longest", LONGEST_SECONDS, 1.0, LONGEST_SECONDS)
        return cls(_path(given, "input"), longest)


def _path(given: Fields, name: str) -> Path:
    return Path(given.text(name))


def _point(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise BadRequest(f"{where} must be two numbers from 0 to 1.")
    point = Fields({"x": value[0], "y": value[1]}, where)
    return point.number("x", 0.5, 0.0, 1.0), point.number("y", 0.5, 0.0, 1.0)
