"""A spare compiler process: it has imported what a film needs, and waits for a request.

Kept for a while after a film's pieces were rendered ahead, for then somebody is about to ask for the film: a
third of a second is left of it, and a process takes nearly as long to start.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from compiler.requests import PrepareRequest, RenderRequest, Request
from echoes.errors import brief
from echoes.processes import runner
from echoes.processes.runner import RunningChild

logger = logging.getLogger(__name__)

KEPT_SECONDS = 180.0
"""People who arrange a film change it now and then, and each change prepares it again."""


class SpareCompiler:
    """One at most. It belongs to the event loop that started it, and ends with it."""

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        """`is_wanted` is asked whenever a film was prepared, and may block."""
        self._is_wanted = is_wanted
        self._child: RunningChild | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.Task[None] | None = None

    async def expect(self, done: Request[Any], environment: Mapping[str, str]) -> None:
        """When a film was prepared, it may be asked for soon."""
        if isinstance(done, PrepareRequest) and await asyncio.to_thread(self._is_wanted):
            try:
                await self._keep(environment)
            except OSError as error:
                logger.warning("no compiler can be kept ready: %s", brief(error))

    async def _keep(self, environment: Mapping[str, str]) -> None:
        """The one that there is, or a new one, from now on for its time. Raises OSError."""
        child = self.take(RenderRequest.command) or await runner.start(
            "compiler", RenderRequest.command, "-", environment=environment
        )
        if self._child is not None and self._loop is asyncio.get_running_loop():  # Kept by another meanwhile.
            await runner.end(child)
            return
        self._child, self._loop = child, asyncio.get_running_loop()
        self._timer = self._loop.create_task(self._end_later(child))

    def take(self, command: str) -> RunningChild | None:
        """For one request, if it does such and lives."""
        if command != RenderRequest.command or self._loop is not asyncio.get_running_loop():
            return None
        child, timer, self._child, self._timer = self._child, self._timer, None, None
        if timer is not None:
            timer.cancel()
        return child if child is not None and child.process.returncode is None else None

    async def _end_later(self, child: RunningChild) -> None:
        """Or with the event loop, unless somebody took it."""
        try:
            await asyncio.sleep(KEPT_SECONDS)
        finally:
            if self._timer is asyncio.current_task():
                self._child = self._timer = None
                if child.process.returncode is None:  # Else its number may be another process's by now.
                    await runner.end(child)
