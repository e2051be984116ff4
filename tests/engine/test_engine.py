"""The job engine: its roles, its queues, and what it leaves to the web process."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from echoes.clips import service
from echoes.database import Database
from echoes.engine import Engine, concurrency, lifespan
from echoes.jobs.base import Steps
from echoes.models import JobStatus, Photo, Project
from echoes.settings import Settings, get_settings
from tests.support.jobs.making import Script, fund, requested_take, reread, stored_photo, wait_for_end
from tests.support.jobs.own_jobs import Body, start_job, status_of, wait_for_status
from tests.support.processes import wait_for

pytestmark = [pytest.mark.long, pytest.mark.slow]


@pytest.fixture
def said_by_dbos() -> Iterator[list[logging.LogRecord]]:
    said: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record)

    listener = Listener()
    logging.getLogger("dbos").addHandler(listener)
    yield said
    logging.getLogger("dbos").removeHandler(listener)


def role(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_ROLE", name)
    get_settings.cache_clear()


async def test_in_the_role_all_jobs_run_beside_the_pages_and_off_their_loop(
    database: Database, run_as_job: Callable[[Body], None]
) -> None:
    threads: list[int] = []

    async def body(steps: Steps, _subject: str) -> None:
        threads.append(threading.get_ident())

    run_as_job(body)
    async with lifespan():
        subject = await asyncio.to_thread(start_job)
        await asyncio.to_thread(wait_for_status, subject, "SUCCESS")
    assert threads
    assert threading.get_ident() not in threads


async def test_in_the_role_web_jobs_are_only_asked_for(
    database: Database, run_as_job: Callable[[Body], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(steps: Steps, _subject: str) -> None:
        raise AssertionError("a web process ran a job")

    role("web", monkeypatch)
    run_as_job(body)
    async with lifespan():
        subject = await asyncio.to_thread(start_job)
        assert {thread.name for thread in threading.enumerate()} & {"queue-worker-clips-motion"} == set()
        assert status_of(subject) == "ENQUEUED"


def test_no_more_clips_are_made_at_once_than_the_settings_say(
    database: Database, project: Project, script: Script, engine: Engine, anna: UUID, tmp_path: Any
) -> None:
    script.state("running", 0.5)
    with database.unscoped() as session:
        for seed in range(5):
            stored_photo(session, project, tmp_path, seed)
    fund(database, anna, 5)
    with database.acting_as(anna) as session:
        takes = service.animate_all(session, project.id)

    def under_way() -> int:
        return sum(reread(take).status == JobStatus.RUNNING for take in takes)

    wait_for(lambda: under_way() == get_settings().clip_concurrency, "the first takes to be worked on")
    waiting = [take for take in takes if reread(take).status == JobStatus.WAITING]
    assert len(waiting) == len(takes) - get_settings().clip_concurrency
    script.state("succeeded")
    assert {wait_for_end(take).status for take in takes} == {JobStatus.SUCCEEDED}


def test_a_cancelled_job_is_no_error_in_the_log(
    database: Database,
    photos: list[Photo],
    script: Script,
    said_by_dbos: list[logging.LogRecord],
    engine: Engine,
    anna: UUID,
) -> None:
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    wait_for(lambda: "poll" in script.calls(), "the take to be worked on")
    with database.acting_as(anna) as session:
        service.cancel(session, take.id)
    wait_for_status(take.id, "CANCELLED")
    wait_for(lambda: "cancel" in script.calls(), "the provider to be told")
    engine.stop()
    assert [record.getMessage() for record in said_by_dbos] == []


def test_a_job_that_fails_in_our_own_code_is_an_error_in_the_log(
    database: Database, run_as_job: Callable[[Body], None], said_by_dbos: list[logging.LogRecord]
) -> None:
    async def body(steps: Steps, _subject: str) -> None:
        raise ZeroDivisionError("a bug")

    run_as_job(body)
    engine = Engine()
    engine.start()
    wait_for_status(start_job(), "ERROR")
    wait_for(lambda: any(record.exc_info for record in said_by_dbos), "the traceback to be logged")
    engine.stop()
    told = {(record.levelname, str(record.exc_info[1])) for record in said_by_dbos if record.exc_info}
    assert ("ERROR", "a bug") in told


def test_an_engine_that_ends_hears_the_answer_to_an_order_first(
    database: Database, photos: list[Photo], script: Script
) -> None:
    """Else the next one would find an order without an id, and end the take that was paid for."""
    script.submit("slow")
    script.state("running", 0.5)
    ordered = requested_take(database, photos[0])
    engine = Engine()
    engine.start()
    script.wait_for("submit")
    answer = threading.Timer(1.5, script.submit, ["now"])
    answer.start()
    engine.stop()
    answer.join()
    row = reread(ordered)
    assert (row.status, row.provider_job_id is not None) == (JobStatus.RUNNING, True)
    script.state("succeeded")
    again = Engine()
    again.start()
    assert wait_for_end(ordered).status == JobStatus.SUCCEEDED
    again.stop()
    assert script.calls() == ["submit", "poll", "fetch"]


def test_an_engine_that_cannot_start_leaves_the_folder_free(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: Settings) -> None:
        raise OSError("no more threads")

    with monkeypatch.context() as broken:
        broken.setattr(concurrency, "register", fail)
        with pytest.raises(OSError, match="no more threads"):
            Engine().start()
    engine = Engine()
    engine.start()
    engine.stop()
