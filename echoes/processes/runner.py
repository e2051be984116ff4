"""Run a module in a child process that ends with us: the one place where such processes are started."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
LONGEST_LINE = 16 * 1024 * 1024
STDERR_TAIL = 8 * 1024


@dataclass(frozen=True)
class Ended:
    """How a child process ended; `said` is the end of what it wrote for operators."""

    code: int
    output: bytes
    said: str


@dataclass(frozen=True)
class RunningChild:
    """A child process that is told and listened to; `said` comes true when it has ended."""

    process: Process
    said: "asyncio.Task[str]"


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, str(CHILD), str(os.getpid()), module, *arguments]


def run(module: str, *arguments: str, environment: Mapping[str, str], timeout: float) -> Ended:
    """`environment` is the whole of it. Raises TimeoutError; the process is gone then."""
    try:
        ended = subprocess.run(
            command(module, *arguments), env=environment, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{module} took longer than {timeout:g} s") from error
    return Ended(ended.returncode, ended.stdout, _shown(ended.stderr[-STDERR_TAIL:]))


@asynccontextmanager
async def started(
    module: str, *arguments: str, environment: Mapping[str, str]
) -> AsyncIterator[RunningChild]:
    """`environment` is the whole of it. The process and all that it started are gone when the block ends,
    whatever the reason."""
    async with running(await start(module, *arguments, environment=environment)) as child:
        yield child


@asynccontextmanager
async def running(child: RunningChild) -> AsyncIterator[RunningChild]:
    """One that was started before; it is gone when the block ends."""
    try:
        yield child
    finally:
        # Not only on CancelledError: a worker that lost its job is stopped by a BaseException.
        await end(child)


async def start(module: str, *arguments: str, environment: Mapping[str, str]) -> RunningChild:
    """To be ended by `end`, in the same event loop."""
    process = await asyncio.create_subprocess_exec(
        *command(module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        limit=LONGEST_LINE,
        start_new_session=True,
    )
    return RunningChild(process, asyncio.create_task(_tail(piped(process.stderr))))


async def end(child: RunningChild) -> None:
    """With all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    await asyncio.gather(child.process.wait(), child.said, return_exceptions=True)


async def tell(running: RunningChild, content: bytes) -> None:
    """Write to its standard input, and close it."""
    if (stdin := running.process.stdin) is None:
        raise RuntimeError("the child was started without a pipe")
    stdin.write(content)
    # A child that died at once is judged by its exit code.
    with suppress(BrokenPipeError, ConnectionResetError):
        await stdin.drain()
    stdin.close()


def piped(stream: StreamReader | None) -> StreamReader:
    if stream is None:
        raise RuntimeError("the child was started without a pipe")
    return stream


async def _tail(stderr: StreamReader) -> str:
    tail = b""
    while chunk := await stderr.read(STDERR_TAIL):
        tail = (tail + chunk)[-STDERR_TAIL:]
    return _shown(tail)


def _shown(stderr: bytes) -> str:
    return stderr.decode(errors="replace").strip()
