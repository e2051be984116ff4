"""Subjects of photos, looked for in their thumbnails."""

from pathlib import Path
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Photo, Project
from echoes.photos import rotation, subjects
from echoes.storage import get_storage
from tests.support.databases.rows import add_photo, add_project
from tests.support.media.photos import subject

pytestmark = pytest.mark.slow


@pytest.fixture
def portrait(database: Database, anna: UUID, tmp_path: Path) -> Photo:
    with database.acting_as(anna) as session:
        photo = add_photo(session, add_project(session, anna))
    for key, side in ((photo.master_key, 800), (photo.thumbnail_key, 480)):
        subject("astronaut.png", side).save(tmp_path / "photo.jpg")
        get_storage().put(key, tmp_path / "photo.jpg")
    return photo


def reread(database: Database, photo: Photo) -> Photo:
    with database.reading() as session:
        return session.get_one(Photo, photo.id)


def test_a_face_is_found_once(database: Database, portrait: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects.find_missing(portrait.owner_id, portrait.project_id)
    found = reread(database, portrait).subject
    assert found is not None
    ((left, top, right, bottom),) = found["faces"]
    assert left < 0.44 < right
    assert top < 0.23 < bottom
    with database.reading() as session:
        revision = session.get_one(Project, portrait.project_id).revision
    monkeypatch.setattr(subjects, "_look_at", None)  # nothing is looked at again
    subjects.find_missing(portrait.owner_id, portrait.project_id)
    with database.reading() as session:
        assert session.get_one(Project, portrait.project_id).revision == revision


def test_a_thumbnail_that_cannot_be_read_is_not_tried_again(
    database: Database, portrait: Photo, tmp_path: Path
) -> None:
    (tmp_path / "broken").write_bytes(b"no picture")
    get_storage().put(portrait.thumbnail_key, tmp_path / "broken")
    subjects.find_missing(portrait.owner_id, portrait.project_id)
    assert reread(database, portrait).subject == subjects.NOT_FOUND


def test_a_thumbnail_that_has_gone_waits_for_another_look(database: Database, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        photo = add_photo(session, add_project(session, anna))
    subjects.find_missing(photo.owner_id, photo.project_id)
    assert reread(database, photo).subject is None


def test_a_stranger_looks_at_nothing(database: Database, portrait: Photo, stranger: UUID) -> None:
    subjects.find_missing(stranger, portrait.project_id)
    assert reread(database, portrait).subject is None


async def test_a_turn_turns_the_focus_and_forgets_the_rest(database: Database, portrait: Photo) -> None:
    with database.acting_as(portrait.owner_id) as session:
        photo = session.get_one(Photo, portrait.id)
        photo.focus_x, photo.focus_y, photo.subject = 0.2, 0.1, {"known": True}
    await rotation.rotate(portrait.owner_id, portrait.id)
    turned = reread(database, portrait)
    assert (turned.focus_x, turned.focus_y) == pytest.approx((0.9, 0.2))
    assert turned.subject is None
