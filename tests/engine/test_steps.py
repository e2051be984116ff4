"""The steps of a job as the engine remembers them, and with DirectSteps, which remember nothing."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import Session, select

from echoes.database import Database, UserSession
from echoes.engine import Engine
from echoes.jobs.base import Steps
from echoes.models import JobEvent, Project, User
from tests.support.jobs.making import DirectSteps
from tests.support.jobs.own_jobs import Body, start_job, wait_for_status
from tests.support.processes import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(params=["engine", "direct"])
def perform(
    request: pytest.FixtureRequest, database: Database, run_as_job: Callable[[Body], None]
) -> Callable[[Body], None]:
    """Runs one job to its end."""

    def by_engine(body: Body) -> None:
        run_as_job(body)
        engine = Engine()
        engine.start()
        try:
            wait_for_status(start_job(), "SUCCESS")
        finally:
            engine.stop()

    def directly(body: Body) -> None:
        asyncio.run(body_to_coroutine(body))

    async def body_to_coroutine(body: Body) -> None:
        await body(DirectSteps(), "1")

    return by_engine if request.param == "engine" else directly


def rename(session: Session, user_id: str, name: str) -> list[str]:
    assert not isinstance(session, UserSession)
    session.get_one(User, UUID(user_id)).name = name
    return [name]


def rename_and_fail(session: Session, user_id: str) -> None:
    rename(session, user_id, "Nobody")
    session.flush()
    raise ValueError("changed my mind")


def name_of(database: Database, user_id: UUID) -> str:
    with database.reading() as session:
        return session.get_one(User, user_id).name


async def add(first: int, *, second: int) -> dict[str, int]:
    await asyncio.sleep(0)
    return {"sum": first + second}


def test_steps_answer_commit_and_fail_as_a_job_may_expect(
    database: Database, anna: UUID, perform: Callable[[Body], None]
) -> None:
    answers: list[object] = []

    async def body(steps: Steps, _subject: str) -> None:
        answers.append(await steps.transaction(rename, str(anna), name="Anne"))
        answers.append(await steps.step(add, 1, second=2))
        try:
            await steps.transaction(rename_and_fail, str(anna))
        except ValueError as error:
            answers.append(str(error))

    perform(body)
    assert answers == [["Anne"], {"sum": 3}, "changed my mind"]
    assert name_of(database, anna) == "Anne"


class TestStepsOfTheEngine:
    def test_what_was_done_before_the_engine_ended_is_not_done_again(
        self, database: Database, anna: UUID, run_as_job: Callable[[Body], None]
    ) -> None:
        transactions: list[str] = []
        steps_begun: list[int] = []

        def note(session: Session, subject: str) -> str:
            transactions.append(subject)
            session.add(JobEvent(owner_id=anna, subject_id=UUID(subject), message="once"))
            return subject

        async def long_work() -> None:
            steps_begun.append(len(steps_begun))
            await asyncio.sleep(0 if len(steps_begun) > 1 else 3600)

        async def body(steps: Steps, subject: str) -> None:
            assert await steps.transaction(note, subject) == subject
            await steps.step(long_work)

        run_as_job(body)
        first, second = Engine(), Engine()
        first.start()
        subject = start_job()
        wait_for(lambda: steps_begun, "the long step to begin")
        first.stop()
        second.start()
        wait_for_status(subject, "SUCCESS")
        second.stop()
        assert (transactions, steps_begun) == ([str(subject)], [0, 1])
        with database.reading() as session:
            assert [event.message for event in session.exec(select(JobEvent))] == ["once"]

    def test_jobs_that_read_and_then_write_lose_nothing(
        self, database: Database, anna: UUID, run_as_job: Callable[[Body], None]
    ) -> None:
        with database.unscoped() as session:
            project = Project(owner_id=anna, title="Counted")
            session.add(project)

        def count(session: Session, project_id: str) -> None:
            row = session.get_one(Project, UUID(project_id))
            row.revision = row.revision + 1

        async def body(steps: Steps, _subject: str) -> None:
            await steps.transaction(count, str(project.id))

        run_as_job(body)
        engine = Engine()
        engine.start()
        jobs = [start_job() for _ in range(40)]
        for job in jobs:
            wait_for_status(job, "SUCCESS")
        engine.stop()
        with database.reading() as session:
            assert session.get_one(Project, project.id).revision == 40
