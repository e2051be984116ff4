"""A film as a file: what each size says, and what can be done with it."""

from typing import Any

import pytest

from echoes.database import Database
from echoes.models import JobStatus, Project, Video, now
from echoes.pages.project.film.queries import FilmPageViewModel, read_film_page
from echoes.pages.project.film.sizes.queries import FAILED, LOST, SizeViewModel
from echoes.pages.project.share.queries import read_share_sheet
from echoes.storage import new_key
from echoes.videos import sizes
from tests.support.databases.rows import add_video


def add_film(database: Database, project: Project, **values: Any) -> Video:
    with database.unscoped() as session:
        film = add_video(session, project)
        film.film_key = new_key(project.owner_id, "films", "mp4", film.id)
        film.size_bytes, film.frames, film.ended_at = 3_100_000, 48, now()
        change(film, **values)
        return film


def change(video: Video, **values: Any) -> None:
    for name, value in values.items():
        setattr(video, name, value)


def add_large(database: Database, film: Video, **values: Any) -> Video:
    with database.acting_as(film.owner_id) as session:
        large = sizes.enlarge(session, film.id)
    with database.unscoped() as session:
        row = session.get_one(Video, large.id)
        change(row, **values)
        if row.status == JobStatus.SUCCEEDED:
            row.film_key = new_key(row.owner_id, "films", "mp4", row.id)
        return row


def read(database: Database, project: Project) -> FilmPageViewModel:
    with database.reading_as(project.owner_id) as session:
        return read_film_page(session, project.id)


def sizes_shown(database: Database, project: Project) -> list[SizeViewModel]:
    return read(database, project).current.sizes


def large_shown(database: Database, project: Project) -> SizeViewModel:
    _, large = sizes_shown(database, project)
    return large


def test_the_films_own_size_is_there_to_download(database: Database, project: Project) -> None:
    film = add_film(database, project)
    own, large = sizes_shown(database, project)
    assert (own.label, own.stage) == ("For phones and computers", "finished")
    assert (own.id, own.facts, own.is_large) == (str(film.id), "3.1 MB", False)
    assert "Summer" in own.download
    assert (large.label, large.pixels, large.stage) == ("For a television", "1920 × 1080", "")
    assert (large.id, large.film, large.download, large.is_large) == ("", str(film.id), "", True)


def test_the_page_shows_the_small_poster(database: Database, project: Project) -> None:
    owner = project.owner_id
    large, small = (new_key(owner, "films", kind) for kind in ("jpg", "webp"))
    add_film(database, project, poster_key=large, small_poster_key=small)
    assert small in read(database, project).current.poster
    add_film(database, project, poster_key=large)
    assert large in read(database, project).current.poster, "until it has a small one"


@pytest.mark.parametrize(("size", "pixels"), [((720, 1280), "1080 × 1920"), ((960, 960), "1440 × 1440")])
def test_other_shapes_have_their_own_large_size(
    database: Database, project: Project, size: tuple[int, int], pixels: str
) -> None:
    add_film(database, project, width=size[0], height=size[1])
    large = large_shown(database, project)
    assert (large.label, large.pixels) == ("For a large screen", pixels)


def test_a_size_that_is_being_made_shows_how_far_it_is(database: Database, project: Project) -> None:
    film = add_film(database, project)
    row = add_large(database, film)
    waiting = large_shown(database, project)
    assert (waiting.stage, waiting.percent) == ("making", 0)
    with database.unscoped() as session:
        change(session.get_one(Video, row.id), status=JobStatus.RUNNING, progress=0.416)
    running = large_shown(database, project)
    assert (running.id, running.stage, running.percent) == (str(row.id), "making", 42)
    assert read(database, project).current.stage == "finished"


def test_a_size_that_is_ready_is_downloaded_under_its_name(database: Database, project: Project) -> None:
    row = add_large(database, add_film(database, project), status=JobStatus.SUCCEEDED, size_bytes=24_000_000)
    large = large_shown(database, project)
    assert (large.stage, large.facts, large.said) == ("finished", "24 MB", "The large film is ready.")
    assert "1920x1080.mp4" in large.download
    assert str(row.id) in large.download


@pytest.mark.parametrize(
    ("failure", "said"), [("A clip has been removed.", "A clip has been removed."), (None, FAILED)]
)
def test_a_size_that_failed_says_why(
    database: Database, project: Project, failure: str | None, said: str
) -> None:
    add_large(database, add_film(database, project), status=JobStatus.FAILED, failure=failure)
    large = large_shown(database, project)
    assert (large.stage, large.problem, large.download) == ("failed", said, "")


@pytest.mark.parametrize(("kind", "is_lost"), [("clip_gone", True), ("music_gone", True), ("timeout", False)])
def test_what_can_never_be_made_is_not_offered_again(
    database: Database, project: Project, kind: str, is_lost: bool
) -> None:
    failure = "A clip of this film has been removed in the meantime. Please make the film again."
    add_large(
        database, add_film(database, project), status=JobStatus.FAILED, failure=failure, failure_kind=kind
    )
    large = large_shown(database, project)
    assert (large.is_lost, large.problem) == (is_lost, LOST if is_lost else failure)


def test_one_that_was_stopped_can_be_made(database: Database, project: Project) -> None:
    add_large(database, add_film(database, project), status=JobStatus.CANCELLED)
    assert large_shown(database, project).stage == ""


def test_an_earlier_film_has_its_own_sizes(database: Database, project: Project) -> None:
    earlier = add_film(database, project)
    add_large(database, earlier)
    add_film(database, project)
    page = read(database, project)
    assert [size.stage for size in page.current.sizes] == ["finished", ""]
    assert [[size.stage for size in film.sizes] for film in page.earlier] == [["finished", "making"]]


def test_a_film_under_way_is_no_file_yet(database: Database, project: Project) -> None:
    with database.unscoped() as session:
        add_video(session, project, JobStatus.RUNNING)
    assert sizes_shown(database, project) == []


def test_the_share_sheet_offers_what_is_ready(database: Database, project: Project) -> None:
    film = add_film(database, project)
    row = add_large(database, film)

    def offered() -> list[str]:
        with database.acting_as(project.owner_id) as session:
            return [size.pixels for size in read_share_sheet(session, film.id).files]

    assert offered() == ["1280 × 720"]
    with database.unscoped() as session:
        change(session.get_one(Video, row.id), status=JobStatus.SUCCEEDED, film_key=film.film_key)
    assert offered() == ["1280 × 720", "1920 × 1080"]
