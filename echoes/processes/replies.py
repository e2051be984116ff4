"""Reading what a compiler answers: every line checked against its type, nothing believed.

Pydantic reads, because it is in these processes anyway; the compiler's own process does without it.
"""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compiler.errors import CompilerError
from compiler.messages import Message
from compiler.requests import Answer, Request
from compiler.results import LaidOut


class Unreadable(Exception):
    """It is not what a compiler says."""


def read_message(line: bytes) -> Message:
    """One line of the compiler's output. Raises Unreadable."""
    try:
        return _messages().validate_json(line)
    except ValidationError as error:
        raise Unreadable(f"{line[:200]!r}") from error


def read_result(request: Request[Answer], value: dict[str, Any]) -> Answer:
    """Raises Unreadable."""
    kind: Any = request.result
    try:
        if kind is LaidOut:
            return kind.from_json(value)  # type: ignore[no-any-return]
        return _reader(kind).validate_python(value)  # type: ignore[no-any-return]
    except (ValidationError, CompilerError) as error:
        raise Unreadable(str(error)) from error


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
