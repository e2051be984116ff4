"""Live updates: change notifications for open tabs.

One feed per process, from the database to open tabs.

A transaction that changes what pages show also raises a revision (database.revisions.touch). While tabs
watch, one query per process asks for all watched revisions at once, when the database notifies of a
change, and now and then in case that a notification was lost; a tab is woken only when its own has risen.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, literal, select, union_all

from echoes.database import get_database
from echoes.database.notifications import REVISIONS
from echoes.models import Project, User

Kind = Literal["project", "user"]
Topic = tuple[Kind, UUID]
TABLES: dict[Kind, type[Project] | type[User]] = {"project": Project, "user": User}
INTERVAL, BURST = 0.3, 5
"""Seconds between two queries, on average. So many may come at once: the end of a short job is told when it
comes. Without notifications, `UNHEARD`."""
UNHEARD, SLOW = 1.0, 15.0

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Subscription:
    """What one tab waits for, and what of it has risen since it last looked."""

    topics: frozenset[Topic]
    risen: set[Topic]
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self, topic: Topic) -> None:
        self.risen.add(topic)
        self.changed.set()

    def take(self) -> frozenset[Topic]:
        taken = frozenset(self.risen)
        self.risen.clear()
        self.changed.clear()
        return taken


@dataclass
class RevisionFeed:
    """Watches revisions for the tabs of this process; polls only while there is one."""

    interval: float = INTERVAL
    burst: int = BURST
    _watchers: dict[Topic, set[Subscription]] = field(default_factory=lambda: defaultdict(set))
    _revisions: dict[Topic, int] = field(default_factory=dict)
    _poller: "asyncio.Task[None] | None" = None
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def changes(self, *topics: Topic, heartbeat: float) -> AsyncGenerator[frozenset[Topic], None]:
        """Yields all topics at once and then those that changed, and none every `heartbeat` seconds without a
        change, so that the caller can look whether its tab is still there."""
        watch = Subscription(frozenset(topics), set(topics))
        watch.changed.set()
        for topic in watch.topics:
            self._watchers[topic].add(watch)
        self._start()
        try:
            while True:
                await _is_set_within(watch.changed, heartbeat)
                # Before the caller looks at the database, so that a change during its look wakes it again.
                yield watch.take()
        finally:
            for topic in watch.topics:
                self._forget(topic, watch)

    def _start(self) -> None:
        if self._poller is None or self._poller.done():
            self._heard = asyncio.Event()
            self._poller = asyncio.create_task(self._poll(), name="live-feed")

    def _forget(self, topic: Topic, watch: Subscription) -> None:
        self._watchers[topic].discard(watch)
        if not self._watchers[topic]:
            del self._watchers[topic]
            self._revisions.pop(topic, None)
        if not self._watchers:
            self._heard.set()

    async def _poll(self) -> None:
        notifications, loop = get_database().notifications, asyncio.get_running_loop()

        def hear(payload: str) -> None:
            with suppress(RuntimeError):  # the loop has ended, and its tabs with it
                loop.call_soon_threadsafe(self._hear, payload)

        asked = deque[float](maxlen=self.burst)
        with notifications.subscribed(REVISIONS, hear):
            while self._watchers:
                self._heard.clear()
                asked.append(loop.time())
                await self._ask()
                if len(asked) == self.burst:
                    await asyncio.sleep(asked[0] + self.burst * self.interval - loop.time())
                await _is_set_within(self._heard, SLOW if notifications.is_reliable else UNHEARD)

    def _hear(self, payload: str) -> None:
        """Of a change to something; to anything, when the payload is empty."""
        if not payload or _topic_of(payload) in self._watchers:
            self._heard.set()

    async def _ask(self) -> None:
        try:
            revisions = await asyncio.to_thread(_read_revisions, frozenset(self._watchers))
        except SQLAlchemyError:
            logger.exception("the live feed could not read the database and will try again")
            revisions = {}
        for topic, revision in revisions.items():
            self._wake(topic, revision)

    def _wake(self, topic: Topic, revision: int) -> None:
        if self._revisions.get(topic) != revision and topic in self._watchers:
            self._revisions[topic] = revision
            for watch in self._watchers[topic]:
                watch.wake(topic)


async def _is_set_within(event: asyncio.Event, seconds: float) -> None:
    """Not by asyncio.wait_for: before Python 3.12 it loses a cancellation that comes together with the event,
    and then a page that was left would be followed for ever."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _topic_of(payload: str) -> Topic | None:
    """Anybody who may sign in to the database may notify, of anything."""
    kind, _, row_id = payload.partition(":")
    with suppress(ValueError):
        return next(((known, UUID(row_id)) for known in TABLES if known == kind), None)
    return None


def _read_revisions(topics: frozenset[Topic]) -> dict[Topic, int]:
    """In one query, however many tables it asks."""
    with get_database().reading() as session:
        rows = session.execute(union_all(*_revisions_of(topics)))
        return {(kind, row_id): revision for kind, row_id, revision in rows}


def _revisions_of(topics: frozenset[Topic]) -> Iterator[Any]:
    for kind, table in TABLES.items():
        if ids := [topic_id for topic_kind, topic_id in topics if topic_kind == kind]:
            yield select(literal(kind), table.id, table.revision).where(col(table.id).in_(ids))


@cache
def get_feed() -> RevisionFeed:
    return RevisionFeed()


def changes(*topics: Topic, heartbeat: float = 30.0) -> AsyncGenerator[frozenset[Topic], None]:
    return get_feed().changes(*topics, heartbeat=heartbeat)
