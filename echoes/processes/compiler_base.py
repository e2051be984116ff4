"""Compiler base class: typed requests in, progress, typed results or failures out, wherever it runs."""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from compiler.errors import ErrorCode
from compiler.requests import Answer, Request
from echoes.errors import EchoesError

Note = Callable[[str], Awaitable[None]]
"""Called with a sentence for operators: where else than usual, or why, something is made."""
Report = Callable[[float, str], Awaitable[None]]
"""Called with the done fraction, 0 to 1, and the name of the stage. What it raises ends the work."""

Finish = Callable[[Path], object]
"""Changes a file in its place, or makes something of it. Called in a thread, beside others; what it raises is
the end of the call."""

NO_ROOM_LEFT = "There is no room left to make this. What you have is safe; please try again later."
SENTENCE_OF_CRASH = "Something went wrong while this was being made. Please try again."


class CompilationFailed(EchoesError):
    """The compiler has no result. `cause` is for operators: how it ended."""

    code = "compilation_failed"

    def __init__(self, code: ErrorCode, message: str, cause: str = "") -> None:
        sentence = NO_ROOM_LEFT if code == ErrorCode.DISK_FULL else message
        super().__init__(sentence)
        self.error_code = code
        self.message = sentence
        self.cause = cause

    @property
    def kind(self) -> str:
        """The code, as rows and logs keep it."""
        return self.error_code.value

    @property
    def retryable(self) -> bool:
        """A killed process may succeed the next time; a refused request will not."""
        return self.error_code == ErrorCode.CRASHED


@dataclass(frozen=True)
class StoredFiles:
    """What a request's names stand for in storage: names by ids and keys alone, on whatever machine.

    `folder` is an empty one on this machine, where a compiler that needs paths may put what it makes.
    """

    folder: Path
    read: Mapping[str, str] = field(default_factory=dict)
    """Keys by the names that the request, or its timeline, gives to what it reads."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Keys by the names of what it makes. What it had no reason to make (a sound that is not there) is not
    put."""
    finish: Mapping[str, Finish] = field(default_factory=dict)
    """What is done on this machine to a file that was made, by its name, before it lies under its key."""

    def finish_all(self, do: Callable[[str, Finish], object]) -> None:
        """Each in a thread of its own; the first failure is raised when all have ended."""
        with ThreadPoolExecutor(len(self.finish) or 1, "finish") as threads:
            ends = [threads.submit(do, name, finish) for name, finish in self.finish.items()]
        for end in ends:
            end.result()


class Compiler(Protocol):
    """Does what `compiler.requests` asks for. A request never runs in this process, nor longer than its call.

    Without `StoredFiles` a request names files of this machine, and then it is done on this machine: uploads
    are looked at before they are stored. A `cache` is only a help: another machine, which does not have its
    folder, keeps one of its own by the folder's name.
    """

    async def run(
        self,
        request: Request[Answer],
        files: StoredFiles | None = None,
        on_progress: Report | None = None,
        on_note: Note | None = None,
    ) -> Answer:
        """The result; it names files as the request does. Cancelling the call ends the work; what it has
        not finished is not put. Raises CompilationFailed, or NotFound and StorageFull of the storage."""
