"""Several clips at once: kept, left out and removed, as the owner, as a stranger, and with what has gone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.clips import removal, selection
from echoes.database import Database, UserSession
from echoes.editing.history import undo
from echoes.errors import NotFound, Refused
from echoes.models import Clip, JobStatus, Photo, Project, Take, new_id
from tests.support.databases.rows import add_photo, add_project, add_take

OPERATIONS: list[Callable[[UserSession, UUID, list[UUID]], Any]] = [
    selection.keep,
    selection.leave_out,
    selection.remove,
]


@pytest.fixture
def photos(database: Database, anna: UUID) -> list[Photo]:
    """Kept, ready, being made, and one without a clip."""
    with database.unscoped() as session:
        project = add_project(session, anna)
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(4)]
        add_take(session, photos[0], approved=True)
        add_take(session, photos[1])
        add_take(session, photos[2], JobStatus.RUNNING)
        return photos


def project_of(photos: list[Photo]) -> UUID:
    return photos[0].project_id


def ids(photos: list[Photo]) -> list[UUID]:
    return [photo.id for photo in photos]


def in_film(database: Database) -> str:
    """The first letters of the photos whose clips are."""
    query = select(Photo.filename).join(Clip, col(Clip.photo_id) == col(Photo.id))
    with database.reading() as session:
        kept = session.exec(query.where(col(Clip.approved_take_id).is_not(None)).order_by(Photo.filename))
        return "".join(name[0] for name in kept)


def test_what_is_ready_is_kept_and_the_others_wait(
    database: Database, anna: UUID, photos: list[Photo]
) -> None:
    with database.acting_as(anna) as session:
        assert selection.keep(session, project_of(photos), ids(photos)) == 2
    assert in_film(database) == "01"
    with database.acting_as(anna) as session:
        undo(session, project_of(photos))
    assert in_film(database) == "0", "it is one step of the history"


def test_what_is_left_out_keeps_its_place(database: Database, anna: UUID, photos: list[Photo]) -> None:
    with database.acting_as(anna) as session:
        selection.keep(session, project_of(photos), ids(photos))
        assert selection.leave_out(session, project_of(photos), ids(photos[:2])) == 2
    assert in_film(database) == ""
    with database.reading() as session:
        assert len(session.exec(select(Clip)).all()) == 3


def test_clips_are_removed_together_and_come_back_together(
    database: Database, anna: UUID, photos: list[Photo]
) -> None:
    with database.acting_as(anna) as session:
        removal_id, count = selection.remove(session, project_of(photos), ids(photos))
    assert count == 3
    with database.reading() as session:
        assert session.exec(select(Take)).all() == []
        assert len(session.exec(select(Photo)).all()) == 4
    with database.acting_as(anna) as session:
        removal.bring_back(session, removal_id)
    assert in_film(database) == "0"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_where_there_is_nothing_to_do_it_says_so(
    database: Database, anna: UUID, photos: list[Photo], operation: Callable[..., Any]
) -> None:
    with pytest.raises(Refused, match="None of these"), database.acting_as(anna) as session:
        operation(session, project_of(photos), ids(photos[3:]))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_stranger_and_a_photo_that_has_gone_change_nothing(
    database: Database, anna: UUID, stranger: UUID, photos: list[Photo], operation: Callable[..., Any]
) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, project_of(photos), ids(photos[:1]))
    with pytest.raises(NotFound, match="have been removed"), database.acting_as(anna) as session:
        operation(session, project_of(photos), [photos[0].id, new_id()])
    with database.unscoped() as session:
        elsewhere = add_photo(session, add_project(session, anna))
    with pytest.raises(NotFound), database.acting_as(anna) as session:
        operation(session, project_of(photos), [photos[0].id, elsewhere.id])
    assert in_film(database) == "0"
    with database.reading() as session:
        assert session.get(Project, project_of(photos))
