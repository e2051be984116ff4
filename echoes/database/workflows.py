"""Asking for jobs, and what a job is written against.

A request commits together with the rows that it is about, or not at all. Its id is made of the row's, so
that asking twice asks once. The row is the truth about a job; the engine only sees to it that somebody works
on it.
"""

import logging
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, SQLAlchemyDatasource
from sqlalchemy import orm
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from echoes.database import Database, after_commit, get_database

APPLICATION = "echoes"
SERIALIZER = DBOSPortableJSONSerializer()
CLIPS, RENDER, CONTROL = "clips", "render", "control"
QUEUE_OF = {"generate_take": CLIPS, "compile_film": RENDER}

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


def enqueue(session: orm.Session, workflow: str, subject_id: UUID) -> None:
    """In the session's own transaction."""
    client(get_database()).enqueue_in_transaction(
        session,
        {
            "workflow_name": workflow,
            "queue_name": QUEUE_OF[workflow],
            "workflow_id": workflow_id(workflow, subject_id),
        },
        str(subject_id),
    )


def cancel(session: orm.Session, workflow: str, subject_id: UUID) -> None:
    """When the transaction has committed, the engine is told to stop the job's body."""
    after_commit(session, lambda: _stop(workflow_id(workflow, subject_id)))


def prepare_engine_tables() -> None:
    """The engine's own tables, created or brought up to date. Safe to repeat, and by several at once."""
    url = get_database().url
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(url)
    SQLAlchemyDatasource.migrate(url)


def _stop(workflow: str) -> None:
    try:
        client(get_database()).cancel_workflow(workflow)
    except SQLAlchemyError:
        # The row has ended, which is what counts: the body finds that out by itself when it next reports.
        logger.exception("could not tell the engine to stop %s", workflow)
