"""Reply parsing: what a compiler answers, every line checked against its type, nothing believed.

Pydantic reads, because it is in these processes anyway; the compiler's own process does without it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compiler.errors import CompilerError
from compiler.messages import Message
from compiler.requests import Answer, Request
from compiler.results import LaidOut
from echoes.errors import InternalError


class Unreadable(InternalError):
    """It is not what a compiler says."""

    code = "unreadable_reply"


def read_message(line: bytes) -> Message:
    """One line of the compiler's output. Raises Unreadable."""
    try:
        return _messages().validate_json(line)
    except ValidationError as error:
        raise Unreadable(f"{line[:200]!r}") from error


def read_result(request: Request[Answer], value: dict[str, Any]) -> Answer:
    """Raises Unreadable."""
    try:
        kind: Any = request.result
        result: Answer = _reader(kind)(value)
    except (ValidationError, CompilerError) as error:
        raise Unreadable(str(error)) from error
    return result


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    return LaidOut.from_json if kind is LaidOut else TypeAdapter(kind).validate_python
