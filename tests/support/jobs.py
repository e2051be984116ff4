"""Jobs of a test's own, run by the real engine."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from echoes.database import get_database
from echoes.engine.registry import JOB_BODIES
from echoes.jobs.queues import CONTROL
from echoes.jobs.requests import QUEUE_OF, Steps, enqueue
from echoes.models import new_id
from tests.support.processes import wait_for

Body = Callable[[Steps, str], Awaitable[None]]
NAME = "job_of_a_test"


@pytest.fixture
def run_as_job(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], None]:
    """To be called before the engine starts."""

    def register(body: Body) -> None:
        monkeypatch.setitem(JOB_BODIES, NAME, body)
        monkeypatch.setitem(QUEUE_OF, NAME, CONTROL)

    return register


def start_job() -> UUID:
    subject = new_id()
    with get_database().unscoped() as session:
        enqueue(session, NAME, subject)
    return subject


def status_of(subject: UUID) -> str:
    """What the engine thinks of the job about this row, the first of several."""
    schema = None if get_database().engine.dialect.name == "sqlite" else "dbos"
    columns: list[sa.ColumnClause[str]] = [
        sa.column(name) for name in ("workflow_uuid", "status", "created_at")
    ]
    table = sa.table("workflow_status", *columns, schema=schema)
    found = sa.select(table.c.status).where(table.c.workflow_uuid.like(f"%{subject}"))
    query = found.order_by(table.c.created_at).limit(1)
    with get_database().system_engine.connect() as connection:
        return str(connection.execute(query).scalar_one())


def wait_for_status(subject: UUID, status: str) -> None:
    wait_for(lambda: status_of(subject) == status, f"the job to be {status}")
