"""A job that a worker has claimed and does not run, as after a claim that it never heard of, is begun."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from dbos import _queue

from echoes.database import Database
from echoes.engine import Engine
from echoes.engine.lost_jobs import LostJobs
from echoes.jobs.base import Steps
from echoes.jobs.requests import client, prepare_engine_tables, workflow_id
from tests.support.jobs.own_jobs import NAME, Body, start_job, wait_for_status
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def begun() -> threading.Semaphore:
    return threading.Semaphore(0)


@pytest.fixture
def may_end(run_as_job: Callable[[Body], None], begun: threading.Semaphore) -> Iterator[threading.Event]:
    """The jobs of the test wait for it."""
    event = threading.Event()

    async def body(_steps: Steps, _subject: str) -> None:
        begun.release()
        await asyncio.to_thread(event.wait)

    run_as_job(body)
    yield event
    event.set()


@dataclass
class Loss:
    """While it goes on the engine begins nothing of what it claims."""

    goes_on: threading.Event = field(default_factory=threading.Event)
    jobs: set[str] = field(default_factory=set)


@pytest.fixture
def loss(either: Database, may_end: threading.Event) -> Iterator[Loss]:
    """Of an engine that runs."""
    loss = Loss()
    original = vars(_queue)["execute_dequeued_workflow"]

    def lose(dbos: Any, status: Any, owner: str) -> Any:
        if loss.goes_on.is_set():
            loss.jobs.add(status["workflow_uuid"])
            raise ConnectionError
        return original(dbos, status, owner)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_queue, "execute_dequeued_workflow", lose)
        prepare_engine_tables()
        engine = Engine()
        engine.start()
        yield loss
        may_end.set()
        engine.stop()


def test_it_goes_back_to_its_queue_when_it_was_idle_twice_and_what_runs_is_left_alone(
    loss: Loss, either: Database, begun: threading.Semaphore, may_end: threading.Event
) -> None:
    running = start_job()
    assert begun.acquire(timeout=PATIENCE)
    loss.goes_on.set()
    lost = start_job()
    wait_for(lambda: workflow_id(NAME, lost) in loss.jobs, "the job to be lost")
    loss.goes_on.clear()
    (claimed,) = client(either).list_workflows(workflow_ids=[workflow_id(NAME, lost)])
    recovery = LostJobs(str(claimed.executor_id), after=0.0)
    assert LostJobs("another", after=0.0).give_back() == []
    assert recovery.give_back() == []
    given = recovery.give_back()
    assert workflow_id(NAME, lost) in given
    assert workflow_id(NAME, running) not in given
    may_end.set()
    wait_for_status(lost, "SUCCESS")
    wait_for_status(running, "SUCCESS")
    assert recovery.give_back() == []
