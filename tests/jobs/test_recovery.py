"""A worker process is killed in the middle of its work, and the next one finishes it, with nothing twice."""

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from compiler.probe import probe
from echoes.clips import service as clips
from echoes.database import Database, get_database
from echoes.models import JobStatus, Photo, Project, Take, Video
from echoes.projects import service as projects
from echoes.storage import get_storage
from echoes.videos import service as videos
from tests.support.engines import Worker, wait_gone, worker
from tests.support.making import (
    Script,
    events_of,
    named_files,
    requested_take,
    reread,
    scratch,
    stored_files,
    stored_take,
    wait_for_end,
)
from tests.support.processes import compilers, wait_for


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def film(
    database: Database, anna: UUID, project: Project, photos: list[Photo], small_clip: Path, tmp_path: Path
) -> Video:
    """Two approved clips, and the wish for their film."""
    with database.unscoped() as session:
        for photo in photos:
            stored_take(session, photo, small_clip, tmp_path)
    with database.acting_as(anna) as session:
        projects.set_transition(session, project.id, "crossfade", 0.5)
        return videos.compile_film(session, project.id)


def runs_of(row: Take | Video) -> int:
    """How often the engine gave the job to a worker."""
    query = sa.text("SELECT recovery_attempts FROM workflow_status WHERE workflow_uuid LIKE :id")
    with get_database().system_engine.connect() as connection:
        return int(connection.execute(query, {"id": f"%{row.id}"}).scalar_one())


def kill_at_work(started: Worker, row: Take | Video) -> None:
    """While the compiler works for the row, which is then still running."""
    wait_for(lambda: compilers(started.process.pid), "the compiler to be started")
    at_work = compilers(started.process.pid)
    started.kill()
    wait_gone(at_work)
    assert reread(row).status == JobStatus.RUNNING


def assert_made_once(row: Take | Video) -> None:
    assert [event.message for event in events_of(row)] == ["made"]
    assert runs_of(row) == 2
    assert stored_files() == named_files()
    assert scratch() == []


def test_a_take_is_finished_after_kill_9(database: Database, photos: list[Photo], log: Path) -> None:
    take = requested_take(database, photos[0])
    with worker(log) as first:
        kill_at_work(first, take)
    with worker(log):
        assert wait_for_end(take).status == JobStatus.SUCCEEDED
        assert_made_once(take)


def test_a_film_is_finished_after_kill_9(film: Video, log: Path) -> None:
    with worker(log) as first:
        kill_at_work(first, film)
    with worker(log):
        made = wait_for_end(film)
        assert (made.status, made.frames) == (JobStatus.SUCCEEDED, 24 + 24 - 12)
        assert_made_once(film)
    with get_storage().local_path(made.film_key) as path:
        assert probe(path, strict=True).frames == made.frames


def test_a_paid_job_is_not_submitted_again_after_kill_9(
    database: Database, photos: list[Photo], script: Script, log: Path
) -> None:
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    with worker(log) as first:
        wait_for(lambda: "poll" in script.calls(), "the worker to poll")
        first.kill()
    script.state("succeeded")
    with worker(log):
        assert wait_for_end(take).status == JobStatus.SUCCEEDED
    assert script.calls() == ["submit", "poll", "fetch"]
    assert_made_once(take)


def test_a_crash_while_the_answer_was_on_its_way_fails_instead_of_paying_twice(
    database: Database, photos: list[Photo], script: Script, log: Path
) -> None:
    script.submit("die")
    take = requested_take(database, photos[0])
    with worker(log) as first:
        first.process.wait()
    with worker(log):
        assert wait_for_end(take).failure_kind == "perhaps_submitted"
    assert script.calls() == ["submit"]


def test_sigterm_ends_the_worker_and_its_compiler_and_the_next_one_goes_on(
    database: Database, photos: list[Photo], log: Path
) -> None:
    take = requested_take(database, photos[0])
    with worker(log) as first:
        wait_for(lambda: compilers(first.process.pid), "the compiler to be started")
        at_work = compilers(first.process.pid)
        assert first.end() == 0
        assert not at_work & compilers()
        wait_gone(at_work)
    assert reread(take).status == JobStatus.RUNNING
    assert stored_files() == named_files()
    with worker(log):
        assert wait_for_end(take).status == JobStatus.SUCCEEDED
    assert_made_once(take)


def test_a_worker_without_work_ends_at_once(database: Database, log: Path) -> None:
    with worker(log) as idle:
        wait_for(lambda: "the job engine runs" in log.read_text(), "the worker to start")
        assert idle.end() == 0


def test_a_second_engine_on_the_same_folder_is_refused_in_words(database: Database, log: Path) -> None:
    from echoes.jobs.lock import AnotherEngineRuns, EngineLock
    from echoes.settings import get_settings

    with worker(log):
        wait_for(lambda: "the job engine runs" in log.read_text(), "the worker to start")
        with pytest.raises(AnotherEngineRuns, match="Another Echoes process works on"):
            EngineLock(get_settings().data_dir / "engine.lock", patience=0.0).acquire()


def test_cancelling_in_the_web_process_stops_the_worker(
    film: Video, anna: UUID, database: Database, photos: list[Photo], log: Path
) -> None:
    take = requested_take(database, photos[0], "rise")
    with worker(log) as other:
        wait_for(lambda: len(compilers(other.process.pid)) >= 2, "both compilers to be started")
        with database.acting_as(anna) as session:
            videos.cancel(session, film.id)
            clips.cancel(session, take.id)
        wait_for(lambda: not compilers(other.process.pid), "the compilers to be gone")
        wait_for(lambda: not scratch(), "the scratch files to be gone")
        assert {reread(film).status, reread(take).status} == {JobStatus.CANCELLED}
        assert stored_files() == named_files()
