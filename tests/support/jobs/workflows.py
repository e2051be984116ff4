"""Rows of the job engine's tables: what waits there."""

import sqlalchemy as sa

from echoes.database import get_database
from echoes.dbos_adapter.internals import argument_of
from echoes.dbos_adapter.tables import WORKFLOWS, WorkflowState, table
from echoes.jobs.requests import client


def enqueued() -> list[str]:
    """Ids of workflows that wait to be run, oldest first."""
    jobs = table(WORKFLOWS, get_database().engine)
    waiting = sa.select(jobs.c.workflow_uuid).where(jobs.c.status == WorkflowState.ENQUEUED)
    with get_database().system_engine.connect() as connection:
        return list(connection.execute(waiting.order_by(jobs.c.created_at)).scalars())


def said_to(workflow_id: str) -> str:
    """What the workflow's body gets."""
    (workflow,) = client(get_database()).list_workflows(workflow_ids=[workflow_id])
    return str(argument_of(workflow))


def pretend(like: str = "%", **values: object) -> None:
    """Changes what the engine remembers of jobs with such ids."""
    jobs = table(WORKFLOWS, get_database().engine)
    with get_database().system_engine.begin() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.workflow_uuid.like(like)).values(**values))
