"""Preview renditions of clips are made by a job, once; where none can be made the clip stands for itself."""

from datetime import timedelta
from pathlib import Path
from shutil import copy
from uuid import UUID

import pytest
from sqlmodel import select

from compiler.errors import ErrorCode
from echoes.database import Database
from echoes.engine.schedules import make_missing_previews
from echoes.errors import StorageFull, StorageUnavailable
from echoes.jobs import backfill
from echoes.models import Photo, Project, Take, now
from echoes.processes.compiler import CompilationFailed
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.takes import previews
from echoes.takes.files import take_keys
from echoes.takes.previews import CALM, MakePreview, ask_for_previews, preview_url, write_down
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import DirectSteps
from tests.support.jobs.workflows import enqueued, pretend, said_to

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def take(database: Database, anna: UUID) -> Take:
    """A clip that is in the film; beside it a take that never became one."""
    with database.unscoped() as session:
        project = add_project(session, anna)
        add_take(session, add_photo(session, project)).video_key = None
        take = add_take(session, add_photo(session, project, "garden.jpg"), approved=True)
        take.video_key, *_ = take_keys(anna, take.id)
        take.ended_at = now() - 2 * CALM
    return take


def read(database: Database, take: Take) -> Take:
    with database.reading() as session:
        return session.get_one(Take, take.id)


def revision(database: Database) -> int:
    with database.reading() as session:
        project = session.exec(select(Project)).one()
        return project.revision


@pytest.mark.slow
async def test_a_preview_is_made_and_the_open_film_told(
    database: Database, take: Take, small_clip: Path, tmp_path: Path
) -> None:
    assert take.video_key is not None
    get_storage().put(take.video_key, Path(copy(small_clip, tmp_path)))
    before = revision(database)
    await MakePreview().run(DirectSteps(), str(take.id))
    made = read(database, take)
    assert made.preview_key not in {None, made.video_key}
    assert get_storage().exists(str(made.preview_key))
    assert str(made.preview_key).split(".")[0] in preview_url(made, get_storage())
    assert revision(database) == before + 1


async def test_a_clip_that_is_not_there_stands_for_itself(database: Database, take: Take) -> None:
    await MakePreview().run(DirectSteps(), str(take.id))
    assert read(database, take).preview_key == take.video_key
    assert preview_url(read(database, take), get_storage()) == ""


@pytest.mark.slow
async def test_a_preview_of_a_take_that_was_deleted_meanwhile_goes(
    database: Database, take: Take, small_clip: Path, tmp_path: Path
) -> None:
    class DeletedMeanwhile(DirectSteps):
        async def transaction(self, function, *args, **kwargs):  # type: ignore[no-untyped-def]
            with database.unscoped() as session:
                session.delete(session.get_one(Take, take.id))
            return await super().transaction(function, *args, **kwargs)

    assert take.video_key is not None
    get_storage().put(take.video_key, Path(copy(small_clip, tmp_path)))
    await MakePreview().run(DeletedMeanwhile(), str(take.id))
    *_, key, _ = take_keys(take.owner_id, take.id)
    assert not get_storage().exists(key)


def test_only_clips_without_one_are_asked_for_and_once(database: Database, take: Take) -> None:
    with database.unscoped() as session:
        add_take(session, session.exec(select(Photo)).all()[0])  # Made just now: it waits a minute.
    for new in (1, 0):
        with database.unscoped() as session:
            assert ask_for_previews(session) == new
    assert len(enqueued()) == 1
    with database.unscoped() as session:
        assert MakePreview().settle_given_up(session, str(take.id))
        assert not write_down(session, str(take.id), "another")
    with database.unscoped() as session:
        assert ask_for_previews(session) == 0


@pytest.mark.parametrize(("load", "asked"), [("0", 0), ("1", 1)])
def test_where_nothing_is_rendered_ahead_of_time_no_previews_are(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch, load: str, asked: int
) -> None:
    monkeypatch.setenv("ECHOES_PREPARE_LOAD", load)
    get_settings.cache_clear()
    make_missing_previews()
    assert len(enqueued()) == asked


def test_the_newest_clips_are_asked_for_first(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unscoped() as session:
        newer = add_take(session, session.exec(select(Photo)).all()[0])
        newer.ended_at = now() - 2 * CALM
    monkeypatch.setattr(backfill, "AT_A_TIME", 1)
    for asked in (newer, take):
        with database.unscoped() as session:
            ask_for_previews(session)
        assert [said_to(job) for job in enqueued()] == [str(asked.id)]
        pretend(status="SUCCESS")


@pytest.mark.parametrize(
    "trouble",
    [StorageUnavailable("away"), StorageFull("full"), CompilationFailed(ErrorCode.CRASHED, "ended")],
)
async def test_what_may_pass_is_tried_again_on_another_day_but_not_for_ever(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    class Failing:
        async def run(self, *_: object) -> None:
            raise trouble

    monkeypatch.setattr(previews, "get_compiler", Failing)
    await MakePreview().run(DirectSteps(), str(take.id))
    assert read(database, take).preview_key is None
    with database.unscoped() as session:
        ask_for_previews(session)
        later = now() + timedelta(days=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(previews, "now", lambda: later)
            ask_for_previews(session)
    assert [said_to(job) for job in enqueued()] == 2 * [str(take.id)]
    later = now() + previews.TRIED_FOR
    monkeypatch.setattr(previews, "now", lambda: later)
    await MakePreview().run(DirectSteps(), str(take.id))
    assert read(database, take).preview_key == take.video_key
