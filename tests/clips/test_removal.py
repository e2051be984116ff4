"""Clips removed and brought back; asked as the owner, as a stranger, twice, and too late."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, col, select

from echoes.clips import removal
from echoes.database import Database
from echoes.errors import NotFound
from echoes.jobs.names import JobName
from echoes.models import Clip, JobStatus, Photo, Project, Removal, Take, now
from echoes.photos import removal as photo_removal
from echoes.projects.removals import forget_removed
from echoes.storage.references import named_files
from echoes.takes.cancellation import ASKING
from echoes.takes.levels import ask_for_levels
from echoes.takes.previews import ask_for_previews
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.workflows import enqueued, pretend, said_to


@pytest.fixture
def photo(database: Database, anna: UUID) -> Photo:
    with database.unscoped() as session:
        return add_photo(session, add_project(session, anna))


@pytest.fixture
def take(database: Database, photo: Photo) -> Take:
    """The one in the film; a failed one stands beside it."""
    with database.unscoped() as session:
        add_take(session, photo, JobStatus.FAILED)
        return add_take(session, photo, approved=True)


def remove(database: Database, take: Take) -> UUID:
    with database.acting_as(take.owner_id) as session:
        return removal.remove(session, take.clip_id)


def bring_back(database: Database, user_id: UUID, removal_id: UUID) -> None:
    with database.acting_as(user_id) as session:
        removal.bring_back(session, removal_id)


def takes(database: Database) -> list[UUID]:
    with database.reading() as session:
        return list(session.exec(select(Take.id).order_by(col(Take.id))))


def test_a_clip_comes_back_with_its_takes_and_the_one_in_the_film(
    database: Database, photo: Photo, take: Take
) -> None:
    before = takes(database)
    removal_id = remove(database, take)
    assert takes(database) == []
    with database.reading() as session:
        assert take.video_key in named_files(session)
        revision = session.get_one(Project, photo.project_id).revision
    bring_back(database, take.owner_id, removal_id)
    assert takes(database) == before
    with database.reading() as session:
        assert session.get_one(Take, take.id).model_dump() == take.model_dump()
        assert session.get_one(Clip, take.clip_id).approved_take_id == take.id
        assert session.get_one(Project, photo.project_id).revision > revision, "open tabs learn of it"


def test_what_was_being_made_is_stopped_and_does_not_come_back(
    database: Database, photo: Photo, take: Take
) -> None:
    with database.unscoped() as session:
        waiting = add_take(session, photo, JobStatus.WAITING)
        asked = add_take(session, photo, JobStatus.CANCELLED)
        asked.failure_kind = ASKING
    removal_id = remove(database, take)
    bring_back(database, take.owner_id, removal_id)
    assert not {waiting.id, asked.id} & set(takes(database))


@pytest.mark.parametrize(
    ("ask", "job"), [(ask_for_previews, JobName.MAKE_PREVIEW), (ask_for_levels, JobName.MEASURE_SOUND)]
)
def test_a_job_about_a_clip_that_ended_while_it_was_away_is_asked_for_again(
    database: Database, take: Take, ask: Callable[[Session], int], job: JobName
) -> None:
    with database.unscoped() as session:
        stored = session.get_one(Take, take.id)
        stored.ended_at, stored.audio_key = None, f"{take.owner_id}/takes/{take.id}.m4a"
        session.flush()
        assert ask(session) == 1
    removal_id = remove(database, take)
    pretend(f"{job}:%", status="SUCCESS")
    bring_back(database, take.owner_id, removal_id)
    (waiting,) = [name for name in enqueued() if name.startswith(f"{job}:")]
    assert said_to(waiting) == str(take.id)


def test_a_photo_that_was_animated_again_gets_the_earlier_takes_as_well(
    database: Database, photo: Photo, take: Take
) -> None:
    removal_id = remove(database, take)
    with database.unscoped() as session:
        newer = add_take(session, photo, approved=True)
    bring_back(database, take.owner_id, removal_id)
    with database.reading() as session:
        (clip,) = session.exec(select(Clip)).all()
        assert clip.approved_take_id == newer.id
        assert session.get_one(Take, take.id).clip_id == clip.id


def test_without_its_photo_it_waits(database: Database, photo: Photo, take: Take) -> None:
    removal_id = remove(database, take)
    with database.acting_as(take.owner_id) as session:
        photos_id = photo_removal.remove_several(session, photo.project_id, [photo.id])
    with pytest.raises(NotFound, match="photo first"):
        bring_back(database, take.owner_id, removal_id)
    with database.acting_as(take.owner_id) as session:
        photo_removal.bring_back(session, photo.project_id, photos_id)
    bring_back(database, take.owner_id, removal_id)
    assert take.id in takes(database)


def test_twice_and_too_late(database: Database, take: Take) -> None:
    removal_id = remove(database, take)
    bring_back(database, take.owner_id, removal_id)
    with pytest.raises(NotFound):
        bring_back(database, take.owner_id, removal_id)
    removal_id = remove(database, take)
    with database.unscoped() as session:
        forget_removed(session, now())
    with pytest.raises(NotFound, match="gone for good"):
        bring_back(database, take.owner_id, removal_id)


def test_a_stranger_reaches_none_and_learns_nothing(database: Database, take: Take, stranger: UUID) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        removal.remove(session, take.clip_id)
    removal_id = remove(database, take)
    answers = []
    for wanted in (removal_id, uuid4()):
        with pytest.raises(NotFound) as refused:
            bring_back(database, stranger, wanted)
        answers.append(refused.value.sentence)
    assert answers[0] == answers[1]
    with database.reading() as session:
        assert session.exec(select(Removal.id)).all() == [removal_id]
