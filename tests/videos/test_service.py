"""Films: asked for, cancelled, removed; as owner, as stranger, twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from compiler.timeline.model import Timeline
from compiler.timeline.versions import VERSION
from echoes import operator_settings
from echoes.database import Database, UserSession
from echoes.editing import transitions
from echoes.errors import NotFound, Refused
from echoes.models import JobStatus, Project, Video, new_id
from echoes.operator_settings import Allowances
from echoes.pages.project.film.queries import read_film_page
from echoes.projects import service as projects
from echoes.storage import get_storage
from echoes.videos import service
from tests.support.databases.rows import add_photo, add_project, add_take, add_video, name_files
from tests.support.jobs.workflows import enqueued


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    """Two approved clips."""
    with database.unscoped() as session:
        project = add_project(session, anna)
        for name in ("a.jpg", "b.jpg"):
            add_take(session, add_photo(session, project, name), approved=True)
        return project


def compile_film(database: Database, user: UUID, project: Project) -> Video:
    with database.acting_as(user) as session:
        return service.compile_film(session, project.id)


def test_a_film_freezes_the_timeline_of_its_moment(database: Database, anna: UUID, project: Project) -> None:
    video = compile_film(database, anna, project)
    with database.acting_as(anna) as session:
        transitions.set_transition(session, project.id, "cut", 0.5)
    with database.reading_as(anna) as session:
        frozen = Timeline.from_json(session.get_one(Video, video.id).timeline)
    assert frozen.transitions[0].kind == "crossfade"
    assert (video.width, video.height, frozen.size) == (1280, 720, (1280, 720))
    assert enqueued() == [f"compile_film:{video.id}"]


def test_films_together_may_be_as_long_as_operators_say(
    database: Database, anna: UUID, stranger: UUID, project: Project
) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Allowances(film_minutes=1), None)
        film = add_video(session, project)
        film.frames = 24 * 50
    with database.unscoped() as session:
        add_video(session, add_project(session, stranger)).frames = (
            24 * 600
        )  # Somebody else's are not counted.
    compile_film(database, anna, project)
    with database.unscoped() as session:
        session.get_one(Video, film.id).frames = 24 * 59
        for waiting in session.exec(select(Video).where(col(Video.status) == JobStatus.WAITING)):
            waiting.status = JobStatus.CANCELLED
    with pytest.raises(Refused, match="1 minute long all together"):
        compile_film(database, anna, project)
    assert len(enqueued()) == 1


def test_a_timeline_of_a_later_release_is_left_alone(
    database: Database, anna: UUID, project: Project
) -> None:
    """Processes of this one meet it during an upgrade: on the film's page, and where minutes are counted."""
    video = compile_film(database, anna, project)
    with database.unscoped() as session:
        operator_settings.write(session, Allowances(film_minutes=1), None)
        film = session.get_one(Video, video.id)
        assert service.timeline_of(film) is not None
        film.timeline, film.status = film.timeline | {"version": VERSION + 1, "new": []}, JobStatus.SUCCEEDED
    with database.reading_as(anna) as session:
        assert service.timeline_of(session.get_one(Video, video.id)) is None
        assert not read_film_page(session, project.id).is_current
    assert compile_film(database, anna, project).status == JobStatus.WAITING


def test_a_second_tap_makes_no_second_film(database: Database, anna: UUID, project: Project) -> None:
    compile_film(database, anna, project)
    with pytest.raises(Refused, match="already"):
        compile_film(database, anna, project)
    assert len(enqueued()) == 1


def test_without_an_approved_clip_there_is_no_film(database: Database, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        empty = projects.create(session, "Empty")
    with pytest.raises(Refused, match="Keep at least"):
        compile_film(database, anna, empty)
    assert enqueued() == []


def test_cancelling_lets_one_begin_anew(database: Database, anna: UUID, project: Project) -> None:
    first = compile_film(database, anna, project)
    for _ in range(2):
        with database.acting_as(anna) as session:
            service.cancel(session, first.id)
    second = compile_film(database, anna, project)
    with database.reading_as(anna) as session:
        statuses = [video.status for video in service.list_videos(session, project.id)]
    assert statuses == [JobStatus.WAITING, JobStatus.CANCELLED]
    assert enqueued() == [f"compile_film:{second.id}"]


def test_removing_a_film_under_way_cancels_it(database: Database, anna: UUID, project: Project) -> None:
    video = compile_film(database, anna, project)
    with database.acting_as(anna) as session:
        service.remove(session, video.id)
    with database.reading_as(anna) as session:
        assert service.list_videos(session, project.id) == []
    assert enqueued() == []


def test_removing_a_film_deletes_all_its_files(
    database: Database, anna: UUID, project: Project, tmp_path: Path
) -> None:
    with database.unscoped() as session:
        video = add_video(session, project)
        keys = name_files(video)
    for key in keys:
        (tmp_path / "file").write_bytes(b"bytes")
        get_storage().put(key, tmp_path / "file")
    with database.acting_as(anna) as session:
        service.remove(session, video.id)
    assert not [key for key in keys if get_storage().exists(key)]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Summer 1987", "Summer 1987"),
        ("Oma & Opa: 50 Jahre / Köln", "Oma & Opa 50 Jahre Köln"),
        ("../../etc/passwd", "etc passwd"),
        ("हिन्दी फ़िल्म", "हिन्दी फ़िल्म"),
        ("Mum’s 70th 👩\u200d👧 🎂", "Mum’s 70th 👩\u200d👧 🎂"),
        ("\u202egpj.exe\x00", "gpj.exe"),
        ("...", "Film"),
    ],
)
def test_the_download_has_a_name_that_every_file_system_takes(title: str, name: str) -> None:
    video = Video(owner_id=new_id(), project_id=new_id(), title=title, timeline={}, width=1, height=1)
    assert service.file_name(video) == f"{name} {video.created_at:%Y-%m-%d}.mp4"


OPERATIONS: dict[str, Callable[[UserSession, Video], Any]] = {
    "get": lambda session, video: service.get(session, video.id),
    "compile": lambda session, video: service.compile_film(session, video.project_id),
    "cancel": lambda session, video: service.cancel(session, video.id),
    "remove": lambda session, video: service.remove(session, video.id),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_finds_no_film(
    database: Database, project: Project, stranger: UUID, operation: Callable[[UserSession, Video], Any]
) -> None:
    with database.unscoped() as session:
        video = add_video(session, project, JobStatus.RUNNING)
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, video)
    with database.reading() as session:
        assert session.get_one(Video, video.id).status == JobStatus.RUNNING
