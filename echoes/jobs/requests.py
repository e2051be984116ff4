"""Asking for jobs, and what a job is written against.

A request commits together with the rows that it is about, or not at all. Its id is made of the row's, so
that asking twice asks once. The row is the truth about a job; the engine only sees to it that somebody works
on it.
"""

import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, SQLAlchemyDatasource
from sqlalchemy import orm
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from echoes.database import Database, UserSession, after_commit, get_database
from echoes.database.notifications import notify_of_jobs
from echoes.database.row_security import guard_engine_tables
from echoes.jobs.queues import CONTROL, RENDER

APPLICATION = "echoes"
SERIALIZER = DBOSPortableJSONSerializer()
SCHEMA_LOCK = 0x656368736368
QUEUE_OF = {"conform_take": RENDER, "compile_film": RENDER, "cancel_take": CONTROL}
"""Of those that always wait in the same one."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Steps(Protocol):
    """The parts of a job that are remembered: after a crash it begins again, and these are not repeated.

    Arguments and results are JSON. What a job does between its steps is done again, so it has no effects.
    """

    async def transaction(
        self,
        function: Callable[Concatenate[Session, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Our rows and the memory of the step commit together: exactly once."""
        ...

    async def step(
        self,
        function: Callable[Parameters, Coroutine[Any, Any, Result]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Long work. Cancelled with its job within about a second; a crash in the middle runs it again."""
        ...


@lru_cache(maxsize=1)
def client(database: Database) -> DBOSClient:
    """For asking and telling the engine from outside; it runs nothing."""
    return DBOSClient(
        system_database_engine=database.system_engine,
        application_name=APPLICATION,
        serializer=SERIALIZER,
        lazy=True,
    )


def workflow_id(workflow: str, subject_id: UUID) -> str:
    return f"{workflow}:{subject_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job waits. A turn that is lower comes earlier."""

    queue: str
    turn: int = 1


def enqueue(
    session: orm.Session,
    workflow: str,
    subject_id: UUID,
    owner_id: UUID | None = None,
    place: Place | None = None,
    argument: str | None = None,
) -> None:
    """In the session's own transaction. The body gets the argument, or else the subject's id."""
    if owner_id is None and isinstance(session, UserSession):
        owner_id = session.user_id
    place = place or Place(QUEUE_OF[workflow])
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": place.queue,
        "workflow_id": workflow_id(workflow, subject_id),
        "priority": place.turn,
    }
    if owner_id is not None:
        options["authenticated_user"] = str(owner_id)
    client(get_database()).enqueue_in_transaction(session, options, argument or str(subject_id))


def cancel(session: orm.Session, workflow: str, subject_id: UUID) -> None:
    """When the transaction has committed, the engine is told to stop the job's body."""
    after_commit(session, lambda: _stop(workflow_id(workflow, subject_id)))


def prepare_engine_tables() -> None:
    """The engine's own tables, created or brought up to date. Safe to repeat, and by several at once."""
    database = get_database()
    logging.getLogger("dbos").setLevel(logging.WARNING)
    with _one_at_a_time(database):
        DBOS.migrate(database.url)
        SQLAlchemyDatasource.migrate(database.url)
        if database.engine.dialect.name == "postgresql":
            guard_engine_tables(database.engine)
            notify_of_jobs(database.engine)


@contextmanager
def _one_at_a_time(database: Database) -> Iterator[None]:
    """On SQLite the write lock is enough.

    Asked for again and again: an index that is built concurrently waits for all statements under way, and
    one that waits for this lock would be such a statement. Nothing is idle in a transaction meanwhile.
    """
    if database.engine.dialect.name == "sqlite":
        yield
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(SCHEMA_LOCK))):
            time.sleep(0.1)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(SCHEMA_LOCK)))


def _stop(workflow: str) -> None:
    try:
        client(get_database()).cancel_workflow(workflow)
    except SQLAlchemyError:
        # The row has ended, which is what counts: the body finds that out by itself when it next reports.
        logger.exception("could not tell the engine to stop %s", workflow)
