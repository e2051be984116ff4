"""Base classes of the compiler's requests, and the table of all of them by their commands."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args

from compiler.results import Result
from compiler.timeline.fields import Fields
from compiler.timeline.levels import MeasuredMusic
from compiler.timeline.mix import Levels
from compiler.timeline.model import Timeline
from compiler.timeline.soundtrack import MOST_TRACKS
from compiler.timeline.versions import upgraded

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
        """Without what is not asked for: a compiler of an earlier version knows no field that is new."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in values.items()
            if value is not None
        }

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


def path_of(given: Fields, name: str) -> Path:
    return Path(given.text(name))


def optional_path(given: Fields, name: str) -> Path | None:
    value = given.optional_text(name)
    return None if value is None else Path(value)


@dataclass(frozen=True)
class MixRequest(FilmRequest[Answer]):
    """What mixes the film's sound as well."""

    music_levels: tuple[MeasuredMusic, ...] | None = field(default=None, kw_only=True)
    """Of music that was measured before, by the timeline's names; any other is measured."""

    def levels_by_file(self) -> Levels:
        return {each.music: each.levels() for each in self.music_levels or ()}

    def to_json(self) -> dict[str, Any]:
        others = super().to_json()
        if self.music_levels is not None:
            others["music_levels"] = [asdict(levels) for levels in self.music_levels]
        return others

    def with_files(self, files: Mapping[str, Path]) -> Self:
        levels = self.music_levels and tuple(
            replace(each, music=str(files.get(each.music, each.music))) for each in self.music_levels
        )
        return replace(super().with_files(files), music_levels=levels)


def read_music_levels(given: Fields) -> tuple[MeasuredMusic, ...] | None:
    return tuple(given.each("music_levels", MeasuredMusic.read, MOST_TRACKS)) or None
