"""Enqueue and cancel jobs.

A request commits together with the rows that it is about, or not at all. Its id is made of the row's, so
that asking twice asks once. The row is the truth about a job; the engine only sees to it that somebody works
on it.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, SQLAlchemyDatasource
from sqlalchemy import orm
from sqlalchemy.exc import SQLAlchemyError

from echoes.database import Database, UserSession, after_commit, get_database
from echoes.database.notifications import notify_of_jobs
from echoes.database.row_security import guard_engine_tables
from echoes.dbos_adapter.internals import LOGGER
from echoes.dbos_adapter.tables import WorkflowState
from echoes.jobs.names import JobName
from echoes.observability import tracing

APPLICATION = "echoes"
SERIALIZER = DBOSPortableJSONSerializer()
SCHEMA_LOCK = 0x656368736368

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def client(database: Database) -> DBOSClient:
    """For asking and telling the engine from outside; it runs nothing."""
    return DBOSClient(
        system_database_engine=database.system_engine,
        application_name=APPLICATION,
        serializer=SERIALIZER,
        lazy=True,
    )


def workflow_id(job: JobName, subject_id: UUID) -> str:
    return f"{job.value}:{subject_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job waits. A turn that is lower comes earlier."""

    queue: str
    turn: int = 1


def enqueue(
    session: orm.Session,
    job: JobName,
    subject_id: UUID,
    owner_id: UUID | None = None,
    place: Place | None = None,
    argument: str | None = None,
) -> None:
    """In the session's own transaction. The body gets the argument, or else the subject's id."""
    if owner_id is None and isinstance(session, UserSession):
        owner_id = session.user_id
    place = place or _usual_place(job)
    options: EnqueueOptions = {
        "workflow_name": job.value,
        "queue_name": place.queue,
        "workflow_id": workflow_id(job, subject_id),
        "priority": place.turn,
    }
    if (context := tracing.current_context()) is not None:
        options["otel_context"] = context  # Stored with the job, so its trace goes on after a restart too.
    if owner_id is not None:
        options["authenticated_user"] = str(owner_id)
    client(get_database()).enqueue_in_transaction(session, options, argument or str(subject_id))


def known_jobs(job: JobName, subject_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them that were asked for, whether their jobs wait, run or are over. The engine forgets jobs
    that ended long ago."""
    by_id = {workflow_id(job, subject_id): subject_id for subject_id in subject_ids}
    if not by_id:
        return set()
    found = client(get_database()).list_workflows(
        workflow_ids=list(by_id), load_input=False, load_output=False
    )
    return {by_id[workflow.workflow_id] for workflow in found}


def waiting_jobs(job: JobName, most: int) -> int:
    """How many of that name wait for a worker, counted up to so many."""
    found = client(get_database()).list_workflows(
        name=job.value, status=WorkflowState.ENQUEUED, limit=most, load_input=False, load_output=False
    )
    return len(found)


def cancel(session: orm.Session, job: JobName, subject_id: UUID) -> None:
    """When the transaction has committed, the engine is told to stop the job's body."""
    after_commit(session, lambda: _stop(job, subject_id))


def prepare_engine_tables() -> None:
    """The engine's own tables, created or brought up to date. Safe to repeat, and by several at once."""
    database = get_database()
    logging.getLogger(LOGGER).setLevel(logging.WARNING)
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


def _usual_place(job: JobName) -> Place:
    if job.queue is None:
        raise ValueError(f"{job.value} waits in one of several queues: say in which")
    return Place(job.queue)


def _stop(job: JobName, subject_id: UUID) -> None:
    try:
        client(get_database()).cancel_workflow(workflow_id(job, subject_id))
    except SQLAlchemyError:
        # The row has ended, which is what counts: the body finds that out by itself when it next reports.
        logger.exception("could not tell the engine to stop the job to %s, %s", job.label, subject_id)
