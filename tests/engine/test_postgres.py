"""Worker leases on PostgreSQL: what one worker leaves behind, another takes up."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from dbos import DBOS
from sqlmodel import select

from echoes.clips import service as clips
from echoes.database import Database, get_database
from echoes.dbos_adapter.tables import SCHEMA, TRANSACTIONS, WORKFLOWS
from echoes.editing import transitions
from echoes.engine import Engine, leases
from echoes.jobs.requests import prepare_engine_tables
from echoes.models import JobStatus, Photo, WorkerLease
from echoes.videos import service as videos
from tests.support.databases.fresh import forget
from tests.support.jobs.engines import wait_gone, worker
from tests.support.jobs.making import (
    Script,
    assert_made_once,
    requested_take,
    reread,
    runs_of,
    stored_take,
    wait_for_end,
)
from tests.support.jobs.own_jobs import status_of
from tests.support.jobs.workflows import pretend
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.long, pytest.mark.postgres]


@pytest.fixture
def database(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """In the place of the one on SQLite; leases are short, so that nobody waits long for a reaper."""
    monkeypatch.setenv("ECHOES_WORKER_LEASE_SECONDS", "2")
    forget()
    return get_database()


def holders(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(WorkerLease.executor_id)))


def test_another_worker_finishes_what_a_killed_one_began(
    database: Database, photos: list[Photo], small_clip: Path, tmp_path: Path
) -> None:
    with database.unscoped() as session:
        for photo in photos:
            stored_take(session, photo, small_clip, tmp_path)
    take = requested_take(database, photos[0], "rise")
    with database.acting_as(take.owner_id) as session:
        transitions.set_transition(session, photos[0].project_id, "crossfade", 0.5)
        film = videos.compile_film(session, photos[0].project_id)
    with worker(tmp_path / "first.log") as first:
        wait_for(lambda: len(compilers(first.process.pid)) == 2, "both jobs to be at work")
        at_work = compilers(first.process.pid)
        first.kill()
        wait_gone(at_work)
        assert {reread(take).status, reread(film).status} == {JobStatus.RUNNING}
        with worker(tmp_path / "second.log"):
            assert {wait_for_end(take).status, wait_for_end(film).status} == {JobStatus.SUCCEEDED}
            wait_for(lambda: status_of(film.id) == status_of(take.id) == "SUCCESS", "the engine to know")
    assert_made_once(take)
    assert_made_once(film)


def test_a_worker_that_was_frozen_and_wakes_does_not_do_its_job_twice(
    database: Database, photos: list[Photo], script: Script, tmp_path: Path
) -> None:
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    with worker(tmp_path / "frozen.log") as frozen:
        wait_for(lambda: "poll" in script.calls(), "the first worker to poll")
        wait_for(frozen.is_at_work, "the first worker to have started")  # Frozen before, it would not start.
        frozen.process.send_signal(signal.SIGSTOP)
        script.state("succeeded")
        with worker(tmp_path / "other.log"):
            assert wait_for_end(take).status == JobStatus.SUCCEEDED
            frozen.process.send_signal(signal.SIGCONT)
            assert frozen.end() == 0
    assert script.calls().count("submit") == 1
    assert_made_once(take)


def test_a_worker_that_ends_in_order_holds_up_nobody(
    database: Database, photos: list[Photo], script: Script, tmp_path: Path
) -> None:
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    with worker(tmp_path / "first.log") as first:
        wait_for(lambda: "poll" in script.calls(), "the first worker to poll")
        assert len(holders(database)) == 1
        assert first.end() == 0
    assert holders(database) == set()
    script.state("succeeded")
    with worker(tmp_path / "second.log"):
        assert wait_for_end(take).status == JobStatus.SUCCEEDED


def test_a_web_process_cancels_what_a_worker_does(
    database: Database, photos: list[Photo], script: Script, anna: UUID, tmp_path: Path
) -> None:
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    with worker(tmp_path / "worker.log"):
        wait_for(lambda: "poll" in script.calls(), "the worker to poll")
        with database.acting_as(anna) as session:
            clips.cancel(session, take.id)
        wait_for(lambda: "cancel" in script.calls(), "the provider to be told")
    assert reread(take).status == JobStatus.CANCELLED


def test_the_reaper_asks_dbos_in_a_way_that_it_still_understands(
    database: Database, photos: list[Photo], script: Script
) -> None:
    """`recover` calls what is no public part of DBOS: this is the contract that we rely on."""
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    engine = Engine()
    engine.start()
    try:
        wait_for(lambda: "poll" in script.calls(), "the take to be worked on")
        pretend(executor_id="long-gone")
        script.state("succeeded")
        assert leases.recover_stale_workers(database, timedelta(seconds=2)) in (["long-gone"], [])
        assert wait_for_end(take).status == JobStatus.SUCCEEDED
        wait_for(lambda: status_of(take.id) == "SUCCESS", "the engine to know")
        assert runs_of(take) == 2
        assert DBOS.list_workflows(status="PENDING") == []
    finally:
        engine.stop()


def test_several_processes_may_create_the_engines_tables_at_once(
    postgres_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_DATABASE_URL", postgres_url)
    forget()
    with ThreadPoolExecutor(4) as processes:
        for done in [processes.submit(prepare_engine_tables) for _ in range(4)]:
            done.result()
    for name in (WORKFLOWS, TRANSACTIONS):
        assert sa.inspect(get_database().engine).has_table(name, schema=SCHEMA)


def test_leases_of_bygone_workers_are_forgotten(database: Database) -> None:
    _pretend(
        database,
        "INSERT INTO worker_leases (executor_id, renewed_at) VALUES ('bygone', now() - interval '2 days')",
    )
    leases.recover_stale_workers(database, timedelta(seconds=2))
    assert holders(database) == set()


def _pretend(database: Database, statement: str) -> None:
    with database.system_engine.begin() as connection:
        connection.execute(sa.text(statement))
