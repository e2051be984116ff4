"""A fair queue: few places for the work of many people (start-time fair queueing).

Each piece of work gets a start tag when it comes: where its person's piece before it ends, by estimated cost,
and not before the virtual time, which is the tag of the piece that began last. The lowest tag begins first.
So a newcomer waits for what runs and for one piece of each other person at most, however many somebody has
sent; and who sends what is expensive is passed by others for as long.

What runs is not interrupted. Therefore expensive pieces never have all places: one stays for the cheap ones,
which go ahead of their own person's expensive ones too.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from echoes.errors import EchoesError

MOST_WAITING = 20
"""Of one person. A page sends three files at a time; each that waits holds a connection and an open file."""
LEAST_COST = 0.01

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Flow = tuple[Hashable, bool]


class QueueFull(EchoesError):
    status = 423
    code = "queue_full"

    def __init__(self) -> None:
        super().__init__("We are still getting your other files ready. Please try again in a moment.")


@dataclass(eq=False, slots=True)
class _QueuedTask:
    person: Hashable
    is_heavy: bool
    cost: float
    start: float
    granted: asyncio.Future[None]

    @property
    def flow(self) -> Flow:
        """What comes one after the other: all of one person's that is cheap, and all that is expensive."""
        return self.person, self.is_heavy


class FairQueue:
    """For one event loop. `places`: how many run at once; `heavy_from`: the cost of an expensive piece."""

    def __init__(self, places: int, heavy_from: float, name: str = "fair-queue") -> None:
        self._places, self._heavy_places, self._heavy_from = places, max(1, places - 1), heavy_from
        self._waiting: list[_QueuedTask] = []
        self._running: list[_QueuedTask] = []
        self._virtual_time = 0.0
        self._finish_tags: dict[Flow, float] = {}
        self._threads = ThreadPoolExecutor(places, thread_name_prefix=name)

    @asynccontextmanager
    async def turn(self, person: Hashable, cost: float) -> AsyncIterator[None]:
        """Holds a place as long as the block lasts. Raises QueueFull."""
        piece = await self._begin(person, cost)
        try:
            yield
        finally:
            self._end(piece)

    async def run(
        self,
        person: Hashable,
        cost: float,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """A blocking function, in a thread. Its place is free when it has ended, not when nobody waits."""
        piece = await self._begin(person, cost)
        try:
            work = self._threads.submit(function, *args, **kwargs)
        except BaseException:
            self._end(piece)
            raise
        ended = asyncio.wrap_future(work)
        ended.add_done_callback(lambda _: self._end(piece))
        return await asyncio.shield(ended)

    async def _begin(self, person: Hashable, cost: float) -> _QueuedTask:
        piece = self._join(person, cost)
        self._grant()
        try:
            await piece.granted
        except BaseException:
            self._leave(piece)
            raise
        return piece

    def _join(self, person: Hashable, cost: float) -> _QueuedTask:
        if sum(piece.person == person for piece in self._waiting) >= MOST_WAITING:
            raise QueueFull
        is_heavy, cost = cost >= self._heavy_from, max(cost, LEAST_COST)
        start = max(self._virtual_time, self._finish_tags.get((person, is_heavy), 0.0))
        piece = _QueuedTask(person, is_heavy, cost, start, asyncio.get_running_loop().create_future())
        self._finish_tags[piece.flow] = start + cost
        self._waiting.append(piece)
        return piece

    def _grant(self) -> None:
        """Free places to the lowest tags; of equal ones, to who came first."""
        while len(self._running) < self._places:
            piece = min(filter(self._may_begin, self._waiting), key=lambda one: one.start, default=None)
            if piece is None:
                return
            self._waiting.remove(piece)
            self._running.append(piece)
            self._virtual_time = max(self._virtual_time, piece.start)
            piece.granted.set_result(None)

    def _may_begin(self, piece: _QueuedTask) -> bool:
        """One whose client has gone is on its way out of the line."""
        heavy = sum(running.is_heavy for running in self._running)
        return not piece.granted.done() and (not piece.is_heavy or heavy < self._heavy_places)

    def _leave(self, piece: _QueuedTask) -> None:
        """Cancelled: while it waited, or in the moment in which its turn came."""
        if piece in self._running:
            self._end(piece)
            return
        place = self._waiting.index(piece)
        self._waiting.remove(piece)
        if piece.flow in self._finish_tags:
            self._finish_tags[piece.flow] -= piece.cost
        for later in self._waiting[place:]:
            if later.flow == piece.flow:
                later.start -= piece.cost
        self._forget()

    def _end(self, piece: _QueuedTask) -> None:
        self._running.remove(piece)
        self._grant()
        self._forget()

    def _forget(self) -> None:
        """Tags that virtual time has passed, and all when nobody is left: then nobody was kept waiting."""
        if not (self._waiting or self._running):
            self._virtual_time = 0.0
            self._finish_tags.clear()
        tags = self._finish_tags.items()
        self._finish_tags = {flow: tag for flow, tag in tags if tag > self._virtual_time}
