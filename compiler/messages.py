"""Messages from the compiler to whoever started it, one JSON object a line: progress, then one end."""

from dataclasses import dataclass
from typing import Any, ClassVar

from compiler.errors import ErrorCode


@dataclass(frozen=True)
class Progressed:
    """How far the work is, from 0 to 1, and the name of its stage."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    progress: float
    stage: str


@dataclass(frozen=True)
class Finished:
    """The JSON of a `compiler.results.Result`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    result: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why there is no result: a code for programs, a sentence for people."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    kind: ErrorCode
    message: str


@dataclass(frozen=True)
class CommandFailed:
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    error: Failure


Message = Progressed | Finished | CommandFailed
