"""Lock order: deleting a project and a worker's report both lock the project first, so neither deadlocks."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from echoes.admin import jobs
from echoes.admin.audit import Operator
from echoes.clips import removal
from echoes.clips import service as clips
from echoes.database import Database
from echoes.editing import placement
from echoes.jobs.lifecycle import JobCancelled, RowJob, failure
from echoes.models import Clip, JobStatus, Project, Take, User, Video, now
from echoes.music import service as music
from echoes.projects import service as projects
from echoes.takes import previews, spending_limits
from echoes.takes.generation.generating import GenerateTake
from echoes.videos import service as videos
from echoes.videos.compilation import CompileFilm
from tests.clips.test_two_tabs import somebody_waits
from tests.support.databases.rows import add_photo, add_project, add_take, add_track, add_video
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.postgres

Made = Callable[[Session, Project], Take | Video]
JOBS: dict[str, tuple[RowJob, Made]] = {
    "take": (
        GenerateTake(),
        lambda session, project: add_take(session, add_photo(session, project), JobStatus.RUNNING),
    ),
    "film": (CompileFilm(), lambda session, project: add_video(session, project, JobStatus.RUNNING)),
}


@pytest.fixture
def somebody(postgres_database: Database) -> UUID:
    with postgres_database.unscoped() as session:
        user = User(issuer="local", subject="anna", name="Anna")
        session.add(user)
    return user.id


def fail(database: Database, video_id: UUID) -> bool:
    """What a worker says in the end."""
    with database.unscoped() as session:
        return CompileFilm().settle(session, str(video_id), failure(JobCancelled()))


@pytest.mark.parametrize("kind", JOBS)
def test_a_report_waits_for_the_project_and_then_finds_it_gone(
    postgres_database: Database, somebody: UUID, kind: str
) -> None:
    job, make = JOBS[kind]
    with postgres_database.unscoped() as session:
        project = add_project(session, somebody)
        row = make(session, project)
    reported: list[bool] = []
    worker = threading.Thread(target=lambda: reported.append(job.write(row.id, progress=0.5)))
    with postgres_database.acting_as(somebody) as session:
        projects.lock(session, project.id)
        worker.start()
        wait_for(lambda: somebody_waits(postgres_database), "the worker to wait")
        projects.delete(session, project.id)
    worker.join(timeout=PATIENCE)
    assert reported == [False]


def test_a_film_is_cancelled_while_its_end_is_reported(postgres_database: Database, somebody: UUID) -> None:
    with postgres_database.unscoped() as session:
        project = add_project(session, somebody)
        video = add_video(session, project, JobStatus.RUNNING)
    reported: list[bool] = []
    worker = threading.Thread(target=lambda: reported.append(fail(postgres_database, video.id)))
    with postgres_database.acting_as(somebody) as session:
        projects.lock(session, project.id)
        worker.start()
        wait_for(lambda: somebody_waits(postgres_database), "the worker to wait")
        videos.cancel(session, video.id)
    worker.join(timeout=PATIENCE)
    assert reported == [False]


def test_music_of_many_films_goes_while_a_worker_reports_on_one(
    postgres_database: Database, somebody: UUID
) -> None:
    with postgres_database.unscoped() as session:
        track = add_track(session, somebody)
        films = [add_project(session, somebody) for _ in range(3)]
        for film in films:
            film.music_id = track.id
        video = add_video(session, films[-1], JobStatus.RUNNING)
    reported: list[bool] = []
    worker = threading.Thread(target=lambda: reported.append(fail(postgres_database, video.id)))
    with postgres_database.acting_as(somebody) as session:
        first = select(Project.id).where(col(Project.id) == films[0].id)
        session.exec(first.with_for_update())
        worker.start()
        music.remove(session, track.id)
    worker.join(timeout=PATIENCE)
    assert reported == [True]


def test_an_operator_stops_a_film_while_it_tells_how_far_it_is(
    postgres_database: Database, somebody: UUID
) -> None:
    with postgres_database.unscoped() as session:
        video = add_video(session, add_project(session, somebody), JobStatus.RUNNING)

    def stop() -> None:
        with postgres_database.unscoped() as operating:
            jobs.cancel(operating, Operator(somebody, "Olga"), video.id)

    operator = threading.Thread(target=stop)
    with postgres_database.unscoped() as worker:
        CompileFilm().lock(worker, video.id)
        operator.start()
        wait_for(lambda: somebody_waits(postgres_database), "the operator to wait")
        worker.exec(update(Video).where(col(Video.id) == video.id).values(progress=0.5))
    operator.join(timeout=PATIENCE)
    with postgres_database.reading() as session:
        assert session.get_one(Video, video.id).status == JobStatus.CANCELLED


def test_a_held_clip_is_stopped_while_an_operator_lets_it_go_on(
    postgres_database: Database, somebody: UUID
) -> None:
    with postgres_database.unscoped() as session:
        project = add_project(session, somebody)
        take = add_take(session, add_photo(session, project), JobStatus.WAITING)
        take.held_at = now()
    released: list[int] = []

    def release() -> None:
        with postgres_database.unscoped() as operating:
            released.append(spending_limits.release(operating))

    operator = threading.Thread(target=release)
    with postgres_database.acting_as(somebody) as session:
        projects.lock(session, project.id)
        operator.start()
        wait_for(lambda: somebody_waits(postgres_database), "the operator to wait")
        clips.cancel(session, take.id)
    operator.join(timeout=PATIENCE)
    assert released == [0]
    with postgres_database.reading() as session:
        assert session.get_one(Take, take.id).status == JobStatus.CANCELLED


def test_a_film_is_deleted_while_a_clip_takes_its_place_in_it(
    postgres_database: Database, somebody: UUID
) -> None:
    with postgres_database.unscoped() as session:
        project = add_project(session, somebody)
        photo = add_photo(session, project)
        shown, longer = (add_take(session, photo, JobStatus.SUCCEEDED) for _ in range(2))
        clip = session.get_one(Clip, shown.clip_id)
        clip.approved_take_id, longer.place_id, longer.seconds = shown.id, clip.id, 10.0
    failures: list[Exception] = []

    def place() -> None:
        try:
            placement._place(longer.id)
        except Exception as error:
            failures.append(error)

    worker = threading.Thread(target=place)
    with postgres_database.acting_as(somebody) as session:
        projects.lock(session, project.id)
        worker.start()
        wait_for(lambda: somebody_waits(postgres_database), "the worker to wait")
        projects.delete(session, project.id)
    worker.join(timeout=PATIENCE)
    assert failures == []


def test_a_clip_is_removed_while_its_preview_is_written_down(
    postgres_database: Database, somebody: UUID
) -> None:
    with postgres_database.unscoped() as session:
        take = add_take(session, add_photo(session, add_project(session, somebody)), JobStatus.SUCCEEDED)
    written: list[bool | Exception] = []

    def write_down() -> None:
        try:
            with postgres_database.unscoped() as session:
                written.append(previews.write_down(session, str(take.id), "made"))
        except Exception as error:
            written.append(error)

    worker = threading.Thread(target=write_down)
    with postgres_database.acting_as(somebody) as session:
        projects.lock(session, session.get_one(Clip, take.clip_id).project_id)
        worker.start()
        wait_for(lambda: somebody_waits(postgres_database), "the worker to wait")
        removal.remove(session, take.clip_id)
    worker.join(timeout=PATIENCE)
    assert written == [False]
