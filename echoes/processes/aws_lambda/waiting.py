"""Waiting for an invocation without a processor: its objects are looked at now and then, sooner when its
callback comes; what nobody began, or what stopped in the middle, is invoked once more.
"""

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from time import monotonic

from compiler.cloud.invocation import Invocation, Reply, Status
from echoes.errors import InternalError, brief
from echoes.processes.aws_lambda.function import LambdaFunction, LambdaUnusable
from echoes.processes.aws_lambda.objects import InvocationObjects
from echoes.processes.compiler_base import Report

SLOWER = 1.4
JITTER = (0.8, 1.2)

logger = logging.getLogger(__name__)

_handing_over = Event()


@dataclass(frozen=True)
class Pace:
    """In seconds."""

    shortest_pause: float = 0.3
    longest_pause: float = 4.0
    unclaimed: float = 120.0
    """How long nobody may begin it. A cold start takes ten, and a busy function lets it wait."""
    stale_seconds: float = 60.0
    """How long a function that works on it may say nothing; then another may take it over."""
    stalled: float = 90.0
    """How long we hear nothing of one that had begun."""
    store: float = 120.0
    """How long the storage may fail to answer."""
    cancelling: float = 10.0
    """How long a function may take to end what was cancelled."""


class NoAnswer(InternalError):
    """Invoked twice, and nobody answered."""

    code = "no_answer"


@contextmanager
def handing_over() -> Iterator[None]:
    """What is cancelled while the block lasts goes on in Lambda: this process ends, the next one waits."""
    _handing_over.set()
    try:
        yield
    finally:
        _handing_over.clear()


class Wait:
    """For one invocation, from its request until its objects are gone."""

    def __init__(
        self,
        function: LambdaFunction,
        objects: InvocationObjects,
        invocation_id: str,
        pace: Pace,
        woken: asyncio.Event,
    ) -> None:
        self._function, self._objects, self._id = function, objects, invocation_id
        self._pace, self._woken = pace, woken
        self._pause = pace.shortest_pause
        self._status: Status | None = None
        self._moved = self._heard = monotonic()
        self._is_last_try = False

    async def run(self, invocation: Invocation, on_progress: Report | None) -> Reply:
        """Raises NoAnswer, LambdaUnusable, and what the listener or the storage raises."""
        try:
            if await asyncio.to_thread(self._objects.ask, invocation):
                await self._invoke()
            reply = await self._reply(on_progress)
        except (NoAnswer, LambdaUnusable):
            await self._forget()
            raise
        except BaseException as error:
            if not (isinstance(error, asyncio.CancelledError) and _handing_over.is_set()):
                await asyncio.shield(self._cancel())
            raise
        await asyncio.to_thread(self._objects.delete)
        return reply

    async def _reply(self, on_progress: Report | None) -> Reply:
        while True:
            if reply := await self._look(on_progress):
                return reply
            await self._keep_patience()
            await self._rest()

    async def _look(self, on_progress: Report | None) -> Reply | None:
        """A storage that does not answer may do so the next time."""
        try:
            reply = await asyncio.to_thread(self._objects.reply)
            status = None if reply else await asyncio.to_thread(self._objects.status)
        except Exception as error:
            if monotonic() - self._heard > self._pace.store:
                raise
            logger.warning("invocation %s cannot be looked at: %s", self._id, brief(error))
            return None
        self._heard = monotonic()
        if status is not None and status != self._status:
            await self._follow(status, on_progress)
        return reply

    async def _follow(self, status: Status, on_progress: Report | None) -> None:
        before, self._status, self._moved = self._status, status, monotonic()
        is_news = before is None or (before.progress, before.stage) != (status.progress, status.stage)
        if is_news and status.stage:
            self._pause = self._pace.shortest_pause
        if on_progress is not None and is_news and status.stage:
            await on_progress(status.progress, status.stage)

    async def _keep_patience(self) -> None:
        allowed = self._pace.unclaimed if self._status is None else self._pace.stalled
        if self._heard - self._moved <= allowed:
            return
        what = "nobody began it" if self._status is None else "it stopped in the middle"
        if self._is_last_try:
            raise NoAnswer(f"{what} within {allowed:g} s, twice")
        logger.warning("invocation %s is sent once more: %s within %g s", self._id, what, allowed)
        self._is_last_try, self._moved = True, self._heard
        await self._invoke()

    async def _invoke(self) -> None:
        await asyncio.to_thread(self._function.invoke, self._id)

    async def _rest(self) -> None:
        seconds = self._pause * random.uniform(*JITTER)  # noqa: S311 - no secret hangs on it
        self._pause = min(SLOWER * self._pause, self._pace.longest_pause)
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _cancel(self) -> None:
        """Told to the function, and its end waited for, a moment."""
        try:
            await asyncio.to_thread(self._objects.cancel)
            if self._status or await asyncio.to_thread(self._objects.status):
                await self._end_of_function()
        except Exception as error:
            logger.warning("invocation %s could not be cancelled: %s", self._id, brief(error))
        await self._forget()

    async def _end_of_function(self) -> None:
        deadline = monotonic() + self._pace.cancelling
        self._pause = self._pace.shortest_pause
        while monotonic() < deadline and not await asyncio.to_thread(self._objects.reply):
            await self._rest()

    async def _forget(self) -> None:
        """Whoever still works on it has lost its claim then. What is not deleted now, the cleanup deletes."""
        try:
            await asyncio.to_thread(self._objects.delete)
        except Exception as error:
            logger.warning("invocation %s could not be deleted: %s", self._id, brief(error))
