"""Drain in-flight submissions before shutdown.

Submissions on their way: whatever ends their worker waits for the answer, and none begins when it is ending.

Without the answer nobody knows the job, which is paid for and can be neither fetched nor cancelled.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

LOOK_SECONDS = 0.2


class InFlightSubmissions:
    """Submissions pass it on the loops of jobs; the engine closes it from its own thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._is_open = True

    @asynccontextmanager
    async def track(self) -> AsyncIterator[None]:
        """Before a submission is written down. While it is closed nobody passes; the next worker will."""
        while not self._enter():  # noqa: ASYNC110 - an event would belong to one loop alone
            await asyncio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Whether all that are under way had their answer within so many seconds. Blocks."""
        with self._changed:
            self._is_open = False
            return self._changed.wait_for(lambda: self._under_way == 0, timeout)

    def reopen(self) -> None:
        with self._changed:
            self._is_open = True

    def _enter(self) -> bool:
        with self._changed:
            self._under_way += self._is_open
            return self._is_open


in_flight = InFlightSubmissions()
"""Of this process."""


async def shielded(work: Coroutine[Any, Any, Result]) -> Result:
    """Whoever is cancelled meanwhile ends when the work has."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
