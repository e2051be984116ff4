"""Crash recovery: a worker is killed in the middle, and the next one finishes its work, nothing twice."""

from pathlib import Path
from uuid import UUID

import pytest

from compiler.media.probing import probe
from echoes.clips import service as clips
from echoes.database import Database
from echoes.editing import transitions
from echoes.engine.lock import AnotherEngineRuns, EngineLock
from echoes.models import JobStatus, Photo, Project, Take, Video
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.videos import service as videos
from tests.support.jobs.engines import wait_gone, worker
from tests.support.jobs.making import (
    Script,
    assert_made_once,
    named_files,
    requested_take,
    reread,
    scratch,
    stored_files,
    stored_take,
    wait_for_end,
)
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.long, pytest.mark.slow]


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
        transitions.set_transition(session, project.id, "crossfade", 0.5)
        return videos.compile_film(session, project.id)


@pytest.fixture
def take(database: Database, photos: list[Photo]) -> Take:
    return requested_take(database, photos[0], "rise")


def test_a_take_and_a_film_are_finished_after_kill_9(film: Video, take: Take, log: Path) -> None:
    with worker(log) as first:
        wait_for(lambda: len(compilers(first.process.pid)) == 2, "both jobs to be at work")
        at_work = compilers(first.process.pid)
        first.kill()
        wait_gone(at_work)
    assert {reread(take).status, reread(film).status} == {JobStatus.RUNNING}
    with worker(log):
        made = wait_for_end(film)
        assert (made.status, made.frames) == (JobStatus.SUCCEEDED, 24 + 24 - 12)
        assert wait_for_end(take).status == JobStatus.SUCCEEDED
    assert_made_once(take)
    assert_made_once(film)
    assert scratch() == []
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


def test_sigterm_ends_the_worker_and_its_compiler_and_the_next_one_goes_on(take: Take, log: Path) -> None:
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
    assert scratch() == []


def test_a_second_engine_on_the_same_folder_is_refused_in_words(database: Database, log: Path) -> None:
    with worker(log) as first:
        wait_for(lambda: "the job engine runs" in log.read_text(), "the worker to start")
        with pytest.raises(AnotherEngineRuns, match="Another Echoes process is using"):
            EngineLock(get_settings().data_dir / "engine.lock", timeout=0.0).acquire()
        assert first.end() == 0


def test_cancelling_in_the_web_process_stops_the_worker(
    film: Video, take: Take, anna: UUID, database: Database, log: Path
) -> None:
    with worker(log) as other:
        wait_for(lambda: len(compilers(other.process.pid)) == 2, "both compilers to be started")
        with database.acting_as(anna) as session:
            videos.cancel(session, film.id)
            clips.cancel(session, take.id)
        wait_for(lambda: not compilers(other.process.pid), "the compilers to be gone")
        wait_for(lambda: not scratch(), "the scratch files to be gone")
        assert {reread(film).status, reread(take).status} == {JobStatus.CANCELLED}
        assert stored_files() == named_files()
