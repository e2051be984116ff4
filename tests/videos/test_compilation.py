"""The job that makes a film, without the engine: real clips, real music, the real compiler."""

import asyncio
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlmodel import delete

from compiler.media.probing import probe
from echoes.database import Database
from echoes.editing import soundtrack, transitions
from echoes.models import JobStatus, MusicTrack, Photo, Project, Take, Video
from echoes.projects.segment_cache import rendered_parts
from echoes.storage import get_storage
from echoes.videos import service
from echoes.videos.compilation import CompileFilm
from tests.support.jobs.making import (
    DirectSteps,
    events_of,
    named_files,
    reread,
    scratch,
    stored_files,
    stored_photo,
    stored_take,
    stored_track,
)
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


@pytest.fixture
def takes(database: Database, photos: list[Photo], small_clip: Path, tmp_path: Path) -> list[Take]:
    with database.unscoped() as session:
        return [stored_take(session, photo, small_clip, tmp_path) for photo in photos]


def requested(database: Database, project: Project, transition: str = "crossfade") -> Video:
    with database.acting_as(project.owner_id) as session:
        transitions.set_transition(session, project.id, transition, 0.5)
        return service.compile_film(session, project.id)


async def make(video: Video) -> Video:
    await CompileFilm().run(DirectSteps(), str(video.id))
    made: Video = await asyncio.to_thread(reread, video)
    return made


def assert_nothing_left() -> None:
    assert stored_files() == named_files()
    assert scratch() == []


@pytest.mark.usefixtures("takes")
@pytest.mark.parametrize(("transition", "frames"), [("cut", 48), ("crossfade", 36), ("fade_black", 36)])
async def test_a_film_has_exactly_the_frames_of_its_timeline(
    database: Database, project: Project, transition: str, frames: int
) -> None:
    made = await make(requested(database, project, transition))
    assert (made.status, made.progress, made.frames, made.stage) == (JobStatus.SUCCEEDED, 1.0, frames, "")
    with get_storage().local_path(made.film_key or "") as film:
        assert probe(film, strict=True).frames == frames
        assert made.size_bytes == film.stat().st_size
    with get_storage().local_path(made.poster_key or "") as poster:
        assert poster.read_bytes().startswith(b"\xff\xd8")
    with get_storage().local_path(made.small_poster_key or "") as small, Image.open(small) as opened:
        assert opened.format == "WEBP"
    assert [event.message for event in events_of(made)] == ["made"]
    assert_nothing_left()


@pytest.mark.usefixtures("takes")
async def test_music_plays_to_the_very_end(database: Database, project: Project, tmp_path: Path) -> None:
    with database.unscoped() as session:
        track = stored_track(session, project.owner_id, tmp_path)
    with database.acting_as(project.owner_id) as session:
        soundtrack.set_music(session, project.id, track.id)
    made = await make(requested(database, project))
    with get_storage().local_path(made.film_key or "") as film:
        assert probe(film, strict=True).has_audio
        assert probe(film).duration == pytest.approx(36 / 24, abs=1 / 24)


@pytest.mark.usefixtures("takes")
@pytest.mark.parametrize(("levels", "measured"), [((None, None), 1), ((-16.0, None), 1), ((-16.0, -1.0), 0)])
async def test_music_that_was_measured_when_it_arrived_is_not_measured_again(
    database: Database,
    project: Project,
    tmp_path: Path,
    levels: tuple[float | None, float | None],
    measured: int,
) -> None:
    with database.unscoped() as session:
        track = stored_track(session, project.owner_id, tmp_path)
        track.loudness, track.true_peak = levels
    with database.acting_as(project.owner_id) as session:
        soundtrack.set_music(session, project.id, track.id)
    await make(requested(database, project))
    assert len(list(rendered_parts(project.id).glob("*.loudness"))) == measured


async def test_a_clip_removed_meanwhile_is_said_in_words(
    database: Database, project: Project, takes: list[Take]
) -> None:
    video = requested(database, project)
    with database.unscoped() as session:
        session.delete(session.get_one(Take, takes[0].id))
    made = await make(video)
    assert (made.status, made.failure_kind) == (JobStatus.FAILED, "clip_gone")
    assert "Please make the film again." in (made.failure or "")
    assert [event.level for event in events_of(made)] == ["error"]


@pytest.mark.usefixtures("takes")
async def test_music_removed_meanwhile_is_said_in_words(
    database: Database, project: Project, tmp_path: Path
) -> None:
    with database.unscoped() as session:
        track = stored_track(session, project.owner_id, tmp_path)
    with database.acting_as(project.owner_id) as session:
        soundtrack.set_music(session, project.id, track.id)
    video = requested(database, project)
    with database.unscoped() as session:
        session.exec(delete(MusicTrack))
    assert (await make(video)).failure_kind == "music_gone"


async def test_a_file_that_is_gone_is_said_in_words(
    database: Database, project: Project, takes: list[Take]
) -> None:
    get_storage().delete([takes[0].video_key or ""])
    assert (await make(requested(database, project))).failure_kind == "not_found"


async def test_a_timeline_never_opens_what_is_someone_elses(
    database: Database, project: Project, takes: list[Take], stranger: UUID, tmp_path: Path
) -> None:
    with database.unscoped() as session:
        theirs = Project(owner_id=stranger, title="Theirs")
        session.add(theirs)
        session.flush()
        photo = stored_photo(session, theirs, tmp_path, 3)
        clip = tmp_path / "theirs.mp4"
        with get_storage().local_path(takes[0].video_key or "") as mine:
            shutil.copy(mine, clip)
        foreign = stored_take(session, photo, clip, tmp_path)
    video = requested(database, project)
    with database.unscoped() as session:
        row = session.get_one(Video, video.id)
        row.timeline = _with_clip(row.timeline, foreign.id)
    assert (await make(video)).failure_kind == "clip_gone"


@pytest.mark.usefixtures("takes")
async def test_cancelling_ends_the_compiler_and_leaves_nothing(database: Database, project: Project) -> None:
    video = requested(database, project)
    job = asyncio.create_task(make(video))
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
    with database.acting_as(project.owner_id) as session:
        service.cancel(session, video.id)
    assert (await job).status == JobStatus.CANCELLED
    assert (compilers(), events_of(video)) == (set(), [])
    assert_nothing_left()


@pytest.mark.usefixtures("takes")
async def test_a_film_removed_meanwhile_leaves_no_file(database: Database, project: Project) -> None:
    video = requested(database, project)
    job = asyncio.create_task(CompileFilm().run(DirectSteps(), str(video.id)))
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
    with database.acting_as(project.owner_id) as session:
        service.remove(session, video.id)
    await job
    assert_nothing_left()


@pytest.mark.usefixtures("takes")
async def test_a_timeline_of_the_first_version_makes_the_same_film(
    database: Database, project: Project
) -> None:
    first, later = await make(requested(database, project)), requested(database, project)
    with database.unscoped() as session:
        row = session.get_one(Video, later.id)
        row.timeline = {key: value for key, value in row.timeline.items() if key != "version"}
    second = await make(later)
    assert first.film_key != second.film_key
    assert (first.frames, first.size_bytes) == (second.frames, second.size_bytes)


def _with_clip(timeline: dict[str, Any], take_id: UUID) -> dict[str, Any]:
    first, *others = timeline["shots"]
    return timeline | {"shots": [first | {"clip": str(take_id)}, *others]}
