"""The .env file: settings for those that the environment does not name."""

import os
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from pydantic import AliasChoices

from echoes.settings.fields import ASSETS, Settings

CHOICE = "ECHOES_ENV_FILE"
"""Names another file than .env; set and empty, none."""
PREFIX = "ECHOES_"


@dataclass(frozen=True, slots=True)
class EnvFile:
    values: dict[str, str] = field(default_factory=dict)
    """By the names of the fields of Settings, without those that the environment sets."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each line that cannot be read. None repeats what stands there: it may be a secret."""


def find() -> Path | None:
    """In the working directory, else in the project's folder, beside .env.example."""
    if (chosen := os.environ.get(CHOICE)) is not None:
        return Path(chosen) if chosen else None
    places = (Path.cwd() / ".env", ASSETS.parent / ".env")
    return next((place for place in places if place.is_file()), None)


def read() -> EnvFile:
    if (path := find()) is None:
        return EnvFile()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return EnvFile(problems=[f"{path} cannot be read: {error.strerror}."])
    except ValueError:  # Which UnicodeDecodeError is, and what a path with a NUL raises.
        return EnvFile(problems=[f"{path} cannot be read: it must be text in UTF-8."])
    bindings = list(parse_stream(StringIO(text)))
    said = {line.key.upper(): line.value for line in bindings if line.key and line.value is not None}
    return EnvFile(_left_open_by_the_environment(said), _problems(path, bindings))


def _problems(path: Path, bindings: list[Binding]) -> list[str]:
    return [
        f"{path}, line {_number(line)}, must be NAME=value, with quotes in pairs."
        for line in bindings
        if line.error or (line.key is not None and line.value is None)
    ]


def _number(line: Binding) -> int:
    """Empty lines before it are counted to it by the parser."""
    before = line.original.string[: len(line.original.string) - len(line.original.string.lstrip())]
    return line.original.line + before.count("\n")


def _left_open_by_the_environment(said: dict[str, str]) -> dict[str, str]:
    """The environment wins, by whichever of a setting's names it sets it."""
    environment = {name.upper() for name in os.environ}
    result = {}
    for name in Settings.model_fields:
        names = names_of(name)
        if not environment.intersection(names) and (found := [each for each in names if each in said]):
            result[name] = said[found[0]]
    return result


def names_of(name: str) -> list[str]:
    """The variables that set this field; the first one counts."""
    alias = Settings.model_fields[name].validation_alias
    return (
        [str(choice) for choice in alias.choices]
        if isinstance(alias, AliasChoices)
        else [PREFIX + name.upper()]
    )
