"""One feed per process, from the database to open tabs.

A transaction that changes what pages show also raises a revision (projects.service.touch). While tabs watch,
one query per process asks for all watched revisions at once; a tab is woken only when its own has risen.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from echoes.database import get_database
from echoes.models import Project, User

Kind = Literal["project", "user"]
Topic = tuple[Kind, UUID]
TABLES: dict[Kind, type[Project] | type[User]] = {"project": Project, "user": User}
INTERVAL = 0.3

logger = logging.getLogger(__name__)


@dataclass
class Feed:
    """Watches revisions for the tabs of this process; polls only while there is one."""

    interval: float = INTERVAL
    _watchers: dict[Topic, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    _revisions: dict[Topic, int] = field(default_factory=dict)
    _poller: "asyncio.Task[None] | None" = None

    async def changes(self, topic: Topic, heartbeat: float) -> AsyncGenerator[bool, None]:
        """Yields True at once and for each change, and False every `heartbeat` seconds without one, so that
        the caller can look whether its tab is still there."""
        changed = asyncio.Event()
        changed.set()
        self._watchers[topic].add(changed)
        self._start()
        try:
            while True:
                risen = await _is_set_within(changed, heartbeat)
                # Before the caller looks at the database, so that a change during its look wakes it again.
                changed.clear()
                yield risen
        finally:
            self._forget(topic, changed)

    def _start(self) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), name="live-feed")

    def _forget(self, topic: Topic, changed: asyncio.Event) -> None:
        self._watchers[topic].discard(changed)
        if not self._watchers[topic]:
            del self._watchers[topic]
            self._revisions.pop(topic, None)

    async def _poll(self) -> None:
        while self._watchers:
            try:
                revisions = await asyncio.to_thread(_read_revisions, frozenset(self._watchers))
            except SQLAlchemyError:
                logger.exception("the live feed could not read the database and will try again")
                revisions = {}
            for topic, revision in revisions.items():
                self._wake(topic, revision)
            await asyncio.sleep(self.interval)

    def _wake(self, topic: Topic, revision: int) -> None:
        if self._revisions.get(topic) != revision and topic in self._watchers:
            self._revisions[topic] = revision
            for changed in self._watchers[topic]:
                changed.set()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Not by asyncio.wait_for: before Python 3.12 it loses a cancellation that comes together with the event,
    and then a page that was left would be followed for ever."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _read_revisions(topics: frozenset[Topic]) -> dict[Topic, int]:
    found: dict[Topic, int] = {}
    with get_database().reading() as session:
        for kind, table in TABLES.items():
            ids = [topic_id for topic_kind, topic_id in topics if topic_kind == kind]
            rows = session.exec(select(table.id, table.revision).where(col(table.id).in_(ids))) if ids else ()
            found |= {(kind, row_id): revision for row_id, revision in rows}
    return found


@cache
def get_feed() -> Feed:
    return Feed()


def changes(topic: Topic, heartbeat: float = 10.0) -> AsyncGenerator[bool, None]:
    return get_feed().changes(topic, heartbeat)
