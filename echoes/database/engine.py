"""Two SQLAlchemy engines on one database: ours, and the job engine's.

SQLite is told when a transaction begins, because its driver would begin one only at the first write, and
a read before it could be stale: transactions that may write take the lock at once, readers take none.
"""

from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Connection, ExceptionContext

READ_ONLY = "echoes_read_only"
LONGEST_IDLE_TRANSACTION = "20s"
SECONDS_TO_CONNECT = "10"
"""Where the URL says nothing else. The driver would wait for two minutes."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")


def make_engine(url: str) -> sa.Engine:
    """The engine of sessions: on SQLite it begins IMMEDIATE, or DEFERRED for readers."""
    if not url.startswith("sqlite"):
        return _postgres(url)
    engine = _sqlite(url, pool_size=8)
    sa.event.listen(engine, "connect", _take_over_transactions)
    sa.event.listen(engine, "begin", _begin)
    return engine


def make_system_engine(url: str) -> sa.Engine:
    """The engine that is lent to DBOS, which manages transactions in its own way."""
    if not url.startswith("sqlite"):
        return _postgres(url)
    # Without a limit: while a job's transaction holds SQLite's only write lock, DBOS looks up on this engine
    # whether the job is still its own. Were all connections out, waiting for that lock, none would get on.
    engine = _sqlite(url, pool_size=8, max_overflow=-1)
    sa.event.listen(engine, "connect", _begin_immediately)
    return engine


def _postgres(url: str) -> sa.Engine:
    address = sa.make_url(url)
    query = {"connect_timeout": SECONDS_TO_CONNECT} | dict(address.query)
    driver_url = address.set(drivername="postgresql+psycopg", query=query)
    engine = sa.create_engine(driver_url, pool_size=10, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _limit_idleness)
    sa.event.listen(engine, "handle_error", _tell_that_it_may_come_back)
    return engine


def _sqlite(url: str, pool_size: int, max_overflow: int = 0) -> sa.Engine:
    if path := sa.make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_size=pool_size, max_overflow=max_overflow, pool_timeout=60)
    sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _limit_idleness(connection: Any, _record: Any) -> None:
    """A process that froze within a transaction keeps its locks no longer than this."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_IDLE_TRANSACTION}'")
    connection.commit()


def _tell_that_it_may_come_back(context: ExceptionContext) -> None:
    """A server that is not there, or whose name nobody knows while it starts again, counts as a connection
    that was lost. DBOS waits after those; by itself it takes some of the driver's sentences for failures of
    the job."""
    if context.connection is None and isinstance(context.original_exception, psycopg.OperationalError):
        context.is_disconnect = True


def _take_over_transactions(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _begin_immediately(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")
