"""What workers of two releases on one database take of what waits: none that they cannot read.

Films wait in the queue of their timeline's version, which earlier releases do not look at. Other jobs are
left in their queues by workers that do not know their names.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from dbos import DBOS

from compiler.timeline.versions import VERSION
from echoes.database import Database
from echoes.dbos_adapter.internals import QUEUE_THREAD
from echoes.engine import Engine, concurrency, registry
from echoes.jobs.base import Steps
from echoes.jobs.names import JobName
from echoes.jobs.queues import EARLIER_RENDER, PREPARE, RENDER, render_queue
from echoes.jobs.requests import Place, enqueue, prepare_engine_tables
from echoes.models import new_id
from tests.support.jobs.own_jobs import NAME, Body, status_of, wait_for_status

LATER = render_queue(VERSION + 1)


def test_each_version_has_a_queue_and_those_before_are_worked_through_too() -> None:
    assert JobName.COMPILE_FILM.queue == RENDER == render_queue(VERSION)
    assert (EARLIER_RENDER[0], EARLIER_RENDER[-1]) == ("render", render_queue(VERSION - 1))
    assert len({LATER, RENDER, *EARLIER_RENDER}) == len(EARLIER_RENDER) + 2


@contextmanager
def running(render: str = RENDER) -> Iterator[None]:
    """A worker of the release whose queue this is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concurrency, "RENDER", render)
        engine = Engine()
        engine.start()
        try:
            yield
        finally:
            engine.stop()


def asked_for(database: Database, queue: str) -> UUID:
    subject = new_id()
    with database.unscoped() as session:
        enqueue(session, NAME, subject, place=Place(queue))
    return subject


@pytest.mark.slow
def test_a_job_of_a_later_release_waits_for_a_worker_of_it(
    database: Database, run_as_job: Callable[[Body], None]
) -> None:
    async def nothing(_steps: Steps, _subject: str) -> None:
        pass

    run_as_job(nothing)
    with running():
        DBOS.register_queue(LATER, polling_interval_sec=0.5)  # Now the database knows it, as all workers do.
    earlier, own, later = (asked_for(database, queue) for queue in (EARLIER_RENDER[0], RENDER, LATER))
    with running():
        wait_for_status(earlier, "SUCCESS")
        wait_for_status(own, "SUCCESS")
        assert f"{QUEUE_THREAD}{LATER}" not in {thread.name for thread in threading.enumerate()}
        assert status_of(later) == "ENQUEUED"
    with running(LATER):
        wait_for_status(later, "SUCCESS")


@pytest.mark.slow
def test_a_job_of_a_name_that_a_former_release_does_not_know_waits_for_a_worker_that_does(
    either: Database, run_as_job: Callable[[Body], None]
) -> None:
    """And it holds up none that stand behind it in the same queue, with one place."""
    former = registry.jobs()

    async def nothing(_steps: Steps, _subject: str) -> None:
        pass

    run_as_job(nothing)
    prepare_engine_tables()
    unknown, known = asked_for(either, PREPARE), new_id()
    with either.unscoped() as session:
        enqueue(session, JobName.ANALYSE_TRACK, known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "jobs", lambda: former)
        with running():
            wait_for_status(known, "SUCCESS")
            assert status_of(unknown) == "ENQUEUED"
    with running():
        wait_for_status(unknown, "SUCCESS")
