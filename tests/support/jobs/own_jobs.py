"""Jobs of a test's own, run by the real engine."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from echoes.database import get_database
from echoes.dbos_adapter.tables import WORKFLOWS, table
from echoes.engine import registry
from echoes.jobs.base import Job, Steps
from echoes.jobs.names import JobName
from echoes.jobs.queues import CONTROL
from echoes.jobs.requests import enqueue
from echoes.models import new_id
from tests.support.processes import wait_for

Body = Callable[[Steps, str], Awaitable[None]]


def job_name(value: str, queue: str) -> JobName:
    """As a line of the catalogue would make it."""
    name = str.__new__(JobName, value)
    name._name_ = name._value_ = name.label = value
    name.queue, name.class_path = queue, ""
    return name


NAME = job_name("job_of_a_test", CONTROL)


class JobOfATest(Job):
    name = NAME

    def __init__(self, body: Body) -> None:
        self._body = body

    async def run(self, steps: Steps, subject: str) -> None:
        await self._body(steps, subject)


@pytest.fixture
def run_as_job(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], None]:
    """To be called before the engine starts."""
    known = registry.jobs()
    return lambda body: monkeypatch.setattr(registry, "jobs", lambda: (*known, JobOfATest(body)))


def start_job() -> UUID:
    subject = new_id()
    with get_database().unscoped() as session:
        enqueue(session, NAME, subject)
    return subject


def status_of(subject: UUID) -> str:
    """What the engine thinks of the job about this row, the first of several."""
    jobs = table(WORKFLOWS, get_database().engine)
    found = sa.select(jobs.c.status).where(jobs.c.workflow_uuid.like(f"%{subject}"))
    query = found.order_by(jobs.c.created_at).limit(1)
    with get_database().system_engine.connect() as connection:
        return str(connection.execute(query).scalar_one())


def wait_for_status(subject: UUID, status: str) -> None:
    wait_for(lambda: status_of(subject) == status, f"the job to be {status}")
