"""The compiler, run as a child process: a crash in a codec, or a cancel, never touches this process."""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from echoes.errors import EchoesError, brief

Report = Callable[[float, str], Awaitable[None]]

CHILD = Path(__file__).with_name("child.py")
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "IMAGEIO_FFMPEG_EXE")
"""Of our environment: a process that opens what strangers send has no use for our secrets."""
LONGEST_LINE = 16 * 1024 * 1024
STDERR_TAIL = 8 * 1024
CRASHED, DISK_FULL = "crashed", "disk_full"
NO_ROOM_LEFT = "There is not enough room on the disk to make this. What you have is safe; try again later."
SENTENCE_OF_CRASH = "Something went wrong while this was being made. Please try again."

logger = logging.getLogger(__name__)


class CompilationFailed(EchoesError):
    """`kind` is the compiler's own, or `crashed`; `cause` is for operators: how the process ended."""

    code = "compilation_failed"

    def __init__(self, kind: str, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.cause = cause

    @property
    def retryable(self) -> bool:
        """A killed process may succeed the next time; a refused request will not."""
        return self.kind == CRASHED


async def run_compiler(
    command: str, request: dict[str, Any], on_progress: Report | None = None
) -> dict[str, Any]:
    """The result of `python -m compiler <command>`; raises CompilationFailed.

    The process and all that it started are gone when this returns, whatever the reason.
    """
    async with _child(command) as (child, stderr):
        await _tell(child.stdin, request)
        answer = await _listen(child.stdout, on_progress)
        code = await child.wait()
        said = await stderr
    return _judge(command, answer, code, said)


def _judge(command: str, answer: dict[str, Any], code: int, said: str) -> dict[str, Any]:
    if "result" in answer and code == 0:
        result: dict[str, Any] = answer["result"]
        return result
    cause = f"compiler {command} ended with {code}: {said}"
    logger.warning("compiler %s ended with %d: %s", command, code, brief(said))
    error = answer.get("error", {})
    kind, message = error.get("kind", CRASHED), error.get("message", SENTENCE_OF_CRASH)
    raise CompilationFailed(kind, NO_ROOM_LEFT if kind == DISK_FULL else message, cause)


@asynccontextmanager
async def _child(command: str) -> AsyncIterator[tuple[Process, "asyncio.Task[str]"]]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CHILD), str(os.getpid()), "compiler", command, "-"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in INHERITED if name in os.environ},
        limit=LONGEST_LINE,
        start_new_session=True,
    )
    stderr = asyncio.create_task(_tail(child.stderr))
    try:
        yield child, stderr
    finally:
        # Not only on CancelledError: a worker that lost its job is stopped by a BaseException.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await asyncio.gather(child.wait(), stderr, return_exceptions=True)


async def _tell(stdin: StreamWriter | None, request: dict[str, Any]) -> None:
    if stdin is None:
        raise RuntimeError("the child was started without a pipe")
    stdin.write(json.dumps(request).encode())
    # A child that died at once is judged by its exit code.
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.drain()
    stdin.close()


async def _listen(stdout: StreamReader | None, on_progress: Report | None) -> dict[str, Any]:
    """Passes progress on; the last line that is not progress is the answer."""
    answer: dict[str, Any] = {}
    async for line in _opened(stdout):
        said = _parse(line)
        if "progress" not in said:
            answer = said or answer
        elif on_progress is not None:
            await on_progress(float(said["progress"]), str(said.get("stage", "")))
    return answer


def _parse(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        logger.warning("the compiler said something that is not JSON: %.200r", line)
        return {}
    return said if isinstance(said, dict) else {}


async def _tail(stderr: StreamReader | None) -> str:
    tail, stderr = b"", _opened(stderr)
    while chunk := await stderr.read(STDERR_TAIL):
        tail = (tail + chunk)[-STDERR_TAIL:]
    return tail.decode(errors="replace").strip()


def _opened(stream: StreamReader | None) -> StreamReader:
    if stream is None:
        raise RuntimeError("the child was started without a pipe")
    return stream
