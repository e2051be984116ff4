"""Processes of this machine, by Linux's own account of them: wait for them, find them, end them."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 180.0
SHARED_SERVERS: set[int] = set()
"""Processes that outlive a test of this worker, with children of their own."""


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Fails the test when it never comes true; how long it takes is not judged.

    Polls less and less often: each look costs time of the processors, which the awaited work needs.
    """
    deadline, pause = time.monotonic() + PATIENCE, 0.01
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(pause)
        pause = min(0.05, pause * 1.2)


async def wait_until(condition: Callable[[], object], what: str) -> None:
    """As `wait_for`, of what happens in this event loop."""
    deadline, pause = time.monotonic() + PATIENCE, 0.001
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(pause)
        pause = min(0.05, pause * 1.2)


def is_alive(pid: int) -> bool:
    """A zombie is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int | None = None) -> set[int]:
    """All that this process, or another, has started and that still runs; shared servers are left out."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid or os.getpid()}/task").glob("*/children"):
        for child in map(int, _read(task).split()):
            if child not in SHARED_SERVERS and is_alive(child):
                found |= {child} | descendants(child)
    return found


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """It keeps all that it has, connections too, and does nothing for the length of the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def compilers(pid: int | None = None) -> set[int]:
    """Those of them that work on pictures and films."""
    return {child for child in descendants(pid) if "\0compiler\0" in _read(Path(f"/proc/{child}/cmdline"))}


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
