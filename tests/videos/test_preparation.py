"""The job that prepares a film, without the engine: real clips and the real compiler."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from echoes.clips import removal as clip_removal
from echoes.clips import service as clips
from echoes.credits.ledger import balance_of
from echoes.database import Database
from echoes.dbos_adapter.tables import WORKFLOWS, table
from echoes.editing import history, soundtrack, transitions, words
from echoes.engine import Engine
from echoes.jobs import queues
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.lettering import Words
from echoes.models import JobStatus, Photo, Project, Take, new_id
from echoes.projects import preparation as requesting
from echoes.projects import service as projects
from echoes.projects.segment_cache import rendered_parts
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.videos import preparation
from echoes.videos import service as videos
from echoes.videos.compilation import CompileFilm
from tests.support.jobs.making import DirectSteps, reread, scratch, stored_take, stored_track
from tests.support.processes import compilers, wait_for, wait_until

pytestmark = pytest.mark.slow
ANY_LOAD = "1000"


@pytest.fixture(autouse=True)
def prepared_ahead(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else the machine of the test does, and without the moment's wait."""
    monkeypatch.setenv("ECHOES_PREPARE_LOAD", ANY_LOAD)
    get_settings.cache_clear()
    monkeypatch.setattr(preparation, "CALM_SECONDS", 0.0)
    monkeypatch.setattr(preparation, "WATCH_SECONDS", 0.02)
    monkeypatch.setattr(preparation, "BUSY_SECONDS", 0.02)


@pytest.fixture
def takes(
    database: Database, photos: list[Photo], small_clip: Path, tmp_path: Path, prepared_ahead: None
) -> list[Take]:
    with database.unscoped() as session:
        return [stored_take(session, photo, small_clip, tmp_path) for photo in photos]


def asked(database: Database) -> int:
    """How many jobs were asked for."""
    jobs = table(WORKFLOWS, database.engine)
    query = sa.select(sa.func.count(jobs.c.workflow_uuid)).where(
        jobs.c.workflow_uuid.startswith("prepare_film:")
    )
    with database.system_engine.connect() as connection:
        return int(connection.scalar(query) or 0)


def version_now(database: Database, project: Project) -> str:
    with database.reading_as(project.owner_id) as session:
        found = requesting.version_of(session, session.get_one(Project, project.id))
    assert found is not None
    return found.to_text()


def edit(database: Database, project: Project, title: str) -> None:
    with database.acting_as(project.owner_id) as session:
        words.set_opening(session, project.id, title, "")


async def compiler_started() -> None:
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")


@pytest.mark.usefixtures("takes")
async def test_the_film_that_follows_only_copies(
    database: Database, project: Project, tmp_path: Path
) -> None:
    with database.unscoped() as session:
        track = stored_track(session, project.owner_id, tmp_path)
    with database.acting_as(project.owner_id) as session:
        transitions.set_transition(session, project.id, "crossfade", 0.5)
        words.set_opening(session, project.id, "Summer", "")
        soundtrack.set_music(session, project.id, track.id)
        before = balance_of(session, project.owner_id)
    assert await preparation.prepare(version_now(database, project)) == preparation.PREPARED
    pieces = {path.name for path in rendered_parts(project.id).glob("*.piece")}
    opening = Words("card", "Summer", "", 1280, 720, "plain")
    assert [picture.stem for picture in get_settings().cache_dir.glob("lettering-*")] == [
        f"lettering-{opening.digest}"
    ]
    with database.acting_as(project.owner_id) as session:
        video = videos.compile_film(session, project.id)
        assert balance_of(session, project.owner_id) == before
    await CompileFilm().run(DirectSteps(), str(video.id))
    assert (await asyncio.to_thread(reread, video)).status == JobStatus.SUCCEEDED
    assert {path.name for path in rendered_parts(project.id).glob("*.piece")} == pieces
    assert pieces
    assert scratch() == []


def test_each_change_of_the_film_asks(database: Database, project: Project, takes: list[Take]) -> None:
    with database.acting_as(project.owner_id) as session:
        words.set_opening(session, project.id, "Summer", "")
        history.undo(session, project.id)
        history.redo(session, project.id)
        clips.approve(session, takes[0].id)
        clips.approve_all(session, project.id)
        projects.set_aspect(session, project.id, "16:9")
        clip_removal.remove(session, takes[0].clip_id)
    assert asked(database) == 7


@pytest.mark.usefixtures("takes")
def test_nothing_is_asked_for_when_it_is_off(
    database: Database, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_PREPARE_LOAD", "0")
    get_settings.cache_clear()
    edit(database, project, "Summer")
    assert asked(database) == 0


@pytest.mark.usefixtures("takes")
def test_a_stranger_asks_for_nothing(database: Database, project: Project, stranger: UUID) -> None:
    with database.acting_as(stranger) as session:
        requesting.ask_for_preparation(session, project.id)
    assert asked(database) == 0


def test_a_film_without_clips_is_not_prepared(database: Database, project: Project) -> None:
    edit(database, project, "Summer")
    assert asked(database) == 0


@pytest.mark.usefixtures("takes")
async def test_what_was_changed_since_is_not_prepared(database: Database, project: Project) -> None:
    version = version_now(database, project)
    edit(database, project, "Summer")
    assert await preparation.prepare(version) == preparation.CHANGED
    assert not rendered_parts(project.id).exists()


@pytest.mark.usefixtures("takes")
async def test_a_change_ends_the_compiler(database: Database, project: Project) -> None:
    job = asyncio.create_task(preparation.prepare(version_now(database, project)))
    await compiler_started()
    edit(database, project, "Summer")
    assert await job == preparation.CHANGED
    assert (compilers(), scratch()) == (set(), [])


@pytest.mark.usefixtures("takes")
async def test_the_film_itself_ends_the_compiler(database: Database, project: Project) -> None:
    job = asyncio.create_task(preparation.prepare(version_now(database, project)))
    await compiler_started()
    with database.acting_as(project.owner_id) as session:
        videos.compile_film(session, project.id)
    assert await job == preparation.CHANGED
    assert compilers() == set()


@pytest.mark.usefixtures("takes")
async def test_a_deleted_project_leaves_no_pieces(database: Database, project: Project) -> None:
    job = asyncio.create_task(preparation.prepare(version_now(database, project)))
    await compiler_started()
    with database.acting_as(project.owner_id) as session:
        projects.delete(session, project.id)
    assert await job == preparation.CHANGED
    assert compilers() == set()
    assert not rendered_parts(project.id).exists()


@pytest.mark.usefixtures("takes")
async def test_other_work_goes_first(
    database: Database, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "LONGEST_WAIT", 0.1)
    with database.unscoped() as session:
        enqueue(session, JobName.COMPILE_FILM, new_id(), project.owner_id)
    assert queues.is_waited_for(queues.RENDER)
    assert await preparation.prepare(version_now(database, project)) == preparation.BUSY
    assert not rendered_parts(project.id).exists()


@pytest.mark.usefixtures("takes")
async def test_a_loaded_machine_goes_first(
    database: Database, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, asked = [99_999.0], list[float]()

    def average() -> tuple[float, float, float]:
        asked.append(load[0])
        return load[0], 0.0, 0.0

    monkeypatch.setattr("os.getloadavg", average)
    job = asyncio.create_task(preparation.prepare(version_now(database, project)))
    await wait_until(lambda: len(asked) > 1, "the machine to be looked at again")
    assert not rendered_parts(project.id).exists()
    load[0] = 0.0
    assert await job == preparation.PREPARED


async def test_nobody_hears_of_a_failure(database: Database, project: Project, takes: list[Take]) -> None:
    get_storage().delete([takes[0].video_key or ""])
    assert await preparation.prepare(version_now(database, project)) == preparation.FAILED
    with database.reading_as(project.owner_id) as session:
        assert videos.list_videos(session, project.id) == []


async def test_a_project_that_is_gone_ends_it(database: Database) -> None:
    version = requesting.FilmVersion(uuid4(), "0" * 32)
    assert await preparation.prepare(version.to_text()) == preparation.CHANGED


@pytest.mark.usefixtures("takes")
def test_the_engine_runs_the_job_of_the_last_change(database: Database, project: Project) -> None:
    edit(database, project, "Summer")
    edit(database, project, "Autumn")
    jobs = table(WORKFLOWS, database.engine)
    done = sa.and_(jobs.c.workflow_uuid.startswith("prepare_film:"), jobs.c.status == "SUCCESS")
    ended = sa.select(sa.func.count(jobs.c.workflow_uuid)).where(done)

    def are_over() -> bool:
        with database.system_engine.connect() as connection:
            return bool(connection.scalar(ended) == 2)

    engine = Engine()
    engine.start()
    try:
        wait_for(are_over, "both jobs to be over")
    finally:
        engine.stop()
    assert list(rendered_parts(project.id).glob("*.piece"))
