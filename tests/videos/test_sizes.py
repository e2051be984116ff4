"""A finished film in its large size: asked for, made by the real compiler, stopped, replaced, removed."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from compiler.codec.profile import SIZES
from compiler.media.probing import probe
from echoes.admin import dashboard, users
from echoes.catalogue.aspects import CLIP_SIZES, LARGE_SIZES
from echoes.database import Database, UserSession
from echoes.editing import transitions
from echoes.errors import NotFound, Refused
from echoes.jobs import lifecycle
from echoes.models import JobStatus, Photo, Project, Take, Video, new_id, now
from echoes.pages.films.queries import film_cards
from echoes.pages.project.queries import head_of
from echoes.sharing import service as sharing
from echoes.storage import get_storage
from echoes.uploads.quota import usage
from echoes.videos import service, sizes
from echoes.videos.compilation import CompileFilm
from tests.support.databases.rows import add_video
from tests.support.jobs.making import DirectSteps, named_files, reread, scratch, stored_files, stored_take
from tests.support.jobs.workflows import enqueued
from tests.support.processes import compilers, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "BACKOFF_SECONDS", 0.0)


@pytest.fixture
def takes(database: Database, photos: list[Photo], small_clip: Path, tmp_path: Path) -> list[Take]:
    with database.unscoped() as session:
        return [stored_take(session, photo, small_clip, tmp_path) for photo in photos]


@pytest.fixture
def film(database: Database, project: Project) -> Video:
    """A finished one, as far as its row says."""
    with database.unscoped() as session:
        video = add_video(session, project)
        video.film_key, video.frames, video.ended_at = "film.mp4", 36, now()
        return video


def enlarge(database: Database, film: Video) -> Video:
    with database.acting_as(film.owner_id) as session:
        return sizes.enlarge(session, film.id)


def end(database: Database, video: Video, status: JobStatus, **values: Any) -> None:
    with database.unscoped() as session:
        row = session.get_one(Video, video.id)
        row.status, row.ended_at = status, now()
        for name, value in values.items():
            setattr(row, name, value)


async def make(video: Video) -> Video:
    await CompileFilm().run(DirectSteps(), str(video.id))
    made: Video = await asyncio.to_thread(reread, video)
    return made


async def made_film(database: Database, project: Project) -> Video:
    with database.acting_as(project.owner_id) as session:
        video = service.compile_film(session, project.id)
    return await make(video)


@pytest.mark.usefixtures("takes")
async def test_it_has_more_pixels_and_the_same_frames(database: Database, project: Project) -> None:
    film = await made_film(database, project)
    with database.acting_as(project.owner_id) as session:
        transitions.set_transition(session, project.id, "cut", 0.5)
    large = await make(enlarge(database, film))
    assert (large.status, large.frames, large.failure) == (JobStatus.SUCCEEDED, film.frames, None)
    assert (large.timeline, large.title) == (film.timeline, film.title)
    with get_storage().local_path(large.film_key or "") as file:
        found = probe(file, strict=True)
        assert (found.size, found.frames) == ((1920, 1080), 36)
        assert large.size_bytes == file.stat().st_size
    assert (large.poster_key, large.small_poster_key) == (None, None)
    assert stored_files() == named_files()
    assert scratch() == []


@pytest.mark.usefixtures("takes")
async def test_stopping_it_ends_the_compiler_and_leaves_nothing(database: Database, project: Project) -> None:
    film = await made_film(database, project)
    large = enlarge(database, film)
    job = asyncio.create_task(make(large))
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
    with database.acting_as(project.owner_id) as session:
        service.cancel(session, large.id)
    assert (await job).status == JobStatus.CANCELLED
    assert compilers() == set()
    assert stored_files() == named_files()
    assert reread(film).status == JobStatus.SUCCEEDED


async def test_a_clip_that_is_gone_is_said_in_words(
    database: Database, project: Project, takes: list[Take]
) -> None:
    film = await made_film(database, project)
    with database.unscoped() as session:
        session.delete(session.get_one(Take, takes[0].id))
    failed = await make(enlarge(database, film))
    assert (failed.status, failed.failure_kind) == (JobStatus.FAILED, "clip_gone")
    assert "removed in the meantime" in (failed.failure or "")


@pytest.mark.usefixtures("takes")
async def test_a_film_takes_its_sizes_along(database: Database, project: Project) -> None:
    film = await made_film(database, project)
    await make(enlarge(database, film))
    with database.acting_as(project.owner_id) as session:
        service.remove(session, film.id)
    assert not [key for key in stored_files() if "/films/" in key]
    assert stored_files() == named_files()


def test_each_large_size_is_one_that_the_compiler_makes_in_the_same_shape() -> None:
    for (width, height), (larger_width, larger_height) in LARGE_SIZES.items():
        assert (larger_width, larger_height) in SIZES
        assert width * larger_height == height * larger_width


def test_every_shape_has_a_large_size() -> None:
    assert set(LARGE_SIZES) == set(CLIP_SIZES)


@pytest.mark.parametrize(
    "status", [JobStatus.WAITING, JobStatus.RUNNING, JobStatus.SUCCEEDED], ids=lambda status: status.value
)
def test_asking_twice_makes_one(database: Database, film: Video, status: JobStatus) -> None:
    first = enlarge(database, film)
    end(database, first, status)
    assert enlarge(database, film).id == first.id
    assert enqueued() == [f"compile_film:{first.id}"]


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_what_failed_or_was_stopped_is_replaced(database: Database, film: Video, status: JobStatus) -> None:
    first = enlarge(database, film)
    end(database, first, status)
    second = enlarge(database, film)
    with database.reading_as(film.owner_id) as session:
        assert [size.id for size in sizes.sizes_of(session, [film.id])] == [second.id]
    assert second.id != first.id
    assert f"compile_film:{second.id}" in enqueued()


def test_the_database_has_no_two_of_one_size(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    with pytest.raises(IntegrityError), database.unscoped() as session:
        session.add(Video(**large.model_dump(exclude={"id"})))


@pytest.mark.parametrize(
    "status", [JobStatus.WAITING, JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED]
)
def test_only_a_finished_film_has_other_sizes(database: Database, film: Video, status: JobStatus) -> None:
    end(database, film, status)
    with pytest.raises(Refused, match="not finished"):
        enlarge(database, film)
    assert enqueued() == []


def test_what_is_large_already_is_not_made_larger(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    end(database, large, JobStatus.SUCCEEDED)
    with pytest.raises(Refused, match="any larger"):
        enlarge(database, large)


def test_it_does_not_wait_for_a_new_film_nor_a_new_film_for_it(
    database: Database, project: Project, takes: list[Take], film: Video
) -> None:
    with database.acting_as(project.owner_id) as session:
        first = sizes.enlarge(session, film.id)
        fresh = service.compile_film(session, project.id)
    end(database, first, JobStatus.FAILED)
    second = enlarge(database, film)
    assert {f"compile_film:{fresh.id}", f"compile_film:{second.id}"} <= set(enqueued())


def test_it_is_a_part_of_its_film_wherever_films_are_counted(
    database: Database, project: Project, film: Video
) -> None:
    end(database, enlarge(database, film), JobStatus.SUCCEEDED, film_key="large.mp4", size_bytes=7)
    with database.reading_as(project.owner_id) as session:
        assert [video.id for video in service.list_videos(session, project.id)] == [film.id]
        assert head_of(session, project.id).films == 1
        assert [card.finished for card in film_cards(session)] == ["1 film"]
        assert usage(session).films == 7
    with database.reading() as session:
        assert dashboard.dashboard_figures(session, 1).total("films") == 1
        assert users.person_detail(session, project.owner_id).videos == 1


def test_it_is_not_sent_by_itself(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    end(database, large, JobStatus.SUCCEEDED)
    with pytest.raises(NotFound), database.acting_as(film.owner_id) as session:
        sharing.share(session, large.id)


def test_a_film_that_is_removed_stops_its_sizes(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    with database.acting_as(film.owner_id) as session:
        service.remove(session, film.id)
    with database.reading() as session:
        assert session.get(Video, large.id) is None
    assert enqueued() == []


def test_one_size_may_go_alone(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    with database.acting_as(film.owner_id) as session:
        service.remove(session, large.id)
    with database.reading_as(film.owner_id) as session:
        assert [video.id for video in service.list_videos(session, film.project_id)] == [film.id]
        assert sizes.sizes_of(session, [film.id]) == []


def test_its_file_says_its_size(database: Database, film: Video) -> None:
    large = enlarge(database, film)
    assert service.file_name(large).endswith(" 1920x1080.mp4")
    assert service.file_name(film).startswith("Summer 1987 ")
    assert "1280" not in service.file_name(film)


@pytest.mark.postgres
class TestBehindTheWallOfPostgreSQL:
    @pytest.fixture
    def database(self, postgres_database: Database) -> Database:
        return postgres_database

    def test_many_taps_at_once_make_one(self, database: Database, film: Video) -> None:
        with ThreadPoolExecutor(4) as pool:
            asked = list(pool.map(lambda _: enlarge(database, film).id, range(4)))
        assert len(set(asked)) == 1

    def test_it_is_replaced_and_goes_with_its_film(self, database: Database, film: Video) -> None:
        end(database, enlarge(database, film), JobStatus.FAILED)
        enlarge(database, film)
        with database.acting_as(film.owner_id) as session:
            service.remove(session, film.id)
        with database.reading() as session:
            assert session.exec(select(Video)).all() == []


OPERATIONS: dict[str, Callable[[UserSession, Video], Any]] = {
    "enlarge": lambda session, large: sizes.enlarge(session, large.original_id or large.id),
    "cancel": lambda session, large: service.cancel(session, large.id),
    "remove": lambda session, large: service.remove(session, large.id),
}


@pytest.mark.parametrize("who", ["nobody", "stranger"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_nobody_else_finds_it(
    database: Database,
    film: Video,
    stranger: UUID,
    who: str,
    operation: Callable[[UserSession, Video], Any],
) -> None:
    large = enlarge(database, film)
    with pytest.raises(NotFound), database.acting_as(stranger if who == "stranger" else new_id()) as session:
        operation(session, large)
    with database.reading_as(stranger) as session:
        assert sizes.sizes_of(session, [film.id]) == []
    assert reread(large).status == JobStatus.WAITING
