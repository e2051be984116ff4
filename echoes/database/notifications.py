"""Notifications of committed changes, so that nobody has to poll often: LISTEN/NOTIFY on PostgreSQL, the data
version of the file on SQLite.

They may be lost, repeated, or come for nothing. Whoever listens looks at the rows, and also polls: slowly
while `is_reliable`, else as if there were no notifications.
"""

import logging
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from echoes.dbos_adapter import tables
from echoes.errors import brief

JOBS, REVISIONS, CALLBACKS = "echoes_jobs", "echoes_revisions", "echoes_callbacks"
"""Channels. A payload of the first is a queue in which a job waits or a place became free; of the second, a
kind of row and its id with a colon between; of the third, the id of an invocation that has ended
(`processes.aws_lambda`). Where anything may have changed it is empty."""
ECHO = "echoes_echo"
LOOK_SECONDS = 0.2
"""How often the data version is read, for commits of the engine and of other processes: in microseconds."""
ECHO_EVERY, ECHO_WITHIN = 30.0, 5.0
RECONNECT_SECONDS = (0.2, 15.0)

Call = Callable[[str], None]

logger = logging.getLogger(__name__)


class Notifications(ABC):
    """Of one database. Listens in a thread of its own for as long as somebody is subscribed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._calls: dict[str, list[Call]] = defaultdict(list)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.is_reliable = False
        """Whether what happens is heard of, as far as can be known."""

    @contextmanager
    def subscribed(self, channel: str, call: Call) -> Iterator[None]:
        """Calls with a payload, in another thread. It must not block."""
        with self._lock:
            self._calls[channel].append(call)
            if self._thread is None:
                self._start()
        try:
            yield
        finally:
            with self._lock:
                self._calls[channel].remove(call)
                if not any(self._calls.values()):
                    self._stop()

    def committed(self) -> None:  # noqa: B027 - PostgreSQL says it itself
        """A transaction of this process has been committed."""

    def publish(self, channel: str, payload: str) -> None:
        """Tells the subscribers of this process; on PostgreSQL, those of all."""
        self._tell(channel, payload)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _start(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(self._ended,), name="notifications", daemon=True
        )
        self._thread.start()

    def _stop(self) -> None:
        """Does not wait: the thread sees it within a moment, and another may have begun by then."""
        self._ended.set()
        self._thread, self.is_reliable = None, False

    def _tell(self, channel: str, payload: str = "") -> None:
        for call in tuple(self._calls[channel]):
            try:
                call(payload)
            except Exception:
                logger.exception("a notification of %s could not be handled", channel)

    def _listen(self, ended: threading.Event) -> None:
        """Until the end; connects again after each failure, at once or later and later."""
        shortest, longest = RECONNECT_SECONDS
        pause = shortest
        while not ended.is_set():
            try:
                self._listen_once(ended)
            except (SQLAlchemyError, psycopg.Error, sqlite3.Error, OSError) as error:
                logger.warning("the database's notifications are missed, polling instead: %s", brief(error))
            pause = shortest if self._was_reliable(ended) else min(2 * pause, longest)
            ended.wait(pause)

    def _was_reliable(self, ended: threading.Event) -> bool:
        """And is it no longer."""
        with self._lock:
            was = self.is_reliable and self._ended is ended
            self.is_reliable = self.is_reliable and not was
            return was

    def _be_reliable(self, ended: threading.Event) -> None:
        """What happened before was not heard: whoever listens looks once more."""
        with self._lock:
            if self.is_reliable or self._ended is not ended:
                return
            self.is_reliable = True
        self._tell(JOBS)
        self._tell(REVISIONS)

    @abstractmethod
    def _listen_once(self, ended: threading.Event) -> None:
        """Over one connection, until the end, or until it hears nothing. Raises what the driver raises."""


class PostgresNotifications(Notifications):
    def publish(self, channel: str, payload: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_notify(channel, payload)))

    def _listen_once(self, ended: threading.Event) -> None:
        pooled = self._engine.raw_connection()
        pooled.detach()
        connection = cast("psycopg.Connection[tuple[str]]", pooled.dbapi_connection)
        try:
            connection.autocommit = True
            for channel in (JOBS, REVISIONS, CALLBACKS, ECHO):
                connection.execute(f"LISTEN {channel}")
            while not ended.is_set() and self._hears_itself(connection, ended):
                pass
        finally:
            connection.close()

    def _hears_itself(self, connection: "psycopg.Connection[tuple[str]]", ended: threading.Event) -> bool:
        """For half a minute, in which it passes on what it hears. Behind a pooler that lends connections by
        transaction, or on a line that is dead, nothing is heard, and nothing else says so."""
        token, has_heard = self._send_echo(), False
        due = time.monotonic() + (ECHO_EVERY if self.is_reliable else ECHO_WITHIN)
        while not ended.is_set() and time.monotonic() < due:
            # Never left before its end, which would lose what came together with what it gave.
            for heard in connection.notifies(timeout=1.0):
                if heard.payload == token:
                    has_heard = True
                    self._be_reliable(ended)
                elif heard.channel != ECHO:
                    self._tell(heard.channel, heard.payload)
        if not has_heard:
            logger.warning("notifications of PostgreSQL do not arrive (a pooler by transaction?): polling")
        return has_heard

    def _send_echo(self) -> str:
        token = uuid4().hex
        with self._engine.begin() as other:
            other.execute(sa.select(sa.func.pg_notify(ECHO, token)))
        return token


class SqliteNotifications(Notifications):
    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self._look = threading.Event()
        self._queues: dict[str, list[int]] = {}

    def committed(self) -> None:
        self._look.set()

    def close(self) -> None:
        super().close()
        self._look.set()

    def _listen_once(self, ended: threading.Event) -> None:
        pooled = self._engine.raw_connection()
        pooled.detach()
        connection = cast("sqlite3.Connection", pooled.dbapi_connection)
        try:
            seen: object = None
            while not ended.is_set():
                self._look.clear()
                if seen != (seen := connection.execute("PRAGMA data_version").fetchall()):
                    self._tell(REVISIONS)
                    self._tell_of_jobs(connection)
                self._be_reliable(ended)
                self._look.wait(LOOK_SECONDS)
        finally:
            connection.close()

    def _tell_of_jobs(self, connection: "sqlite3.Connection") -> None:
        """Only of queues where something moved: jobs that run commit much that concerns no queue."""
        queues = {queue: counts for queue, *counts in connection.execute(tables.SQLITE_QUEUES).fetchall()}
        for queue, (waiting, worked_on) in queues.items():
            if waiting and self._queues.get(queue) != [waiting, worked_on]:
                self._tell(JOBS, queue)
        self._queues = queues


def notifications_of(engine: sa.Engine) -> Notifications:
    is_sqlite = engine.dialect.name == "sqlite"
    return SqliteNotifications(engine) if is_sqlite else PostgresNotifications(engine)


def notify_of_jobs(engine: sa.Engine) -> None:
    """Triggers on the tables that the job engine makes itself. Safe to repeat: they are made once."""
    with engine.begin() as connection:
        if connection.exec_driver_sql(tables.IS_NOTIFYING).first() is None:
            connection.exec_driver_sql(tables.notify_of_queues(JOBS))
