"""Photos of a project: what their owner may do, and that nobody else can."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import Clip, Photo, Project, Take, Upload, UploadKind
from echoes.photos import service
from echoes.storage import get_storage
from tests.support.rows import add_photo, add_project, add_take


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return add_project(session, anna)


@pytest.fixture
def photo(database: Database, project: Project, data_dir: Path) -> Photo:
    with database.acting_as(project.owner_id) as session:
        photo = add_photo(session, project)
    for key in (photo.master_key, photo.thumbnail_key):
        source = data_dir / "source"
        source.write_bytes(b"a photograph")
        get_storage().put(key, source)
    return photo


def exists(key: str) -> bool:
    try:
        with get_storage().local_path(key):
            return True
    except NotFound:
        return False


def test_photos_come_in_the_order_in_which_they_were_chosen(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        first, second = (add_photo(session, project, name) for name in ("z.jpg", "a.jpg"))
        assert service.list_photos(session, project.id) == [first, second]


def test_a_stranger_sees_no_photos(database: Database, photo: Photo, stranger: UUID) -> None:
    with database.reading_as(stranger) as session:
        assert service.list_photos(session, photo.project_id) == []


def test_removing_takes_the_row_and_both_files(database: Database, photo: Photo) -> None:
    with database.acting_as(photo.owner_id) as session:
        service.remove(session, photo.id)
        assert exists(photo.master_key), "files go only after the row is gone for good"
    assert not exists(photo.master_key)
    assert not exists(photo.thumbnail_key)
    with database.reading_as(photo.owner_id) as session:
        assert service.list_photos(session, photo.project_id) == []
        assert session.get_one(Project, photo.project_id).revision == 1


def test_removing_takes_the_clip_and_its_takes_along(database: Database, photo: Photo) -> None:
    with database.acting_as(photo.owner_id) as session:
        take = add_take(session, session.get_one(Photo, photo.id), approved=True)
    with database.acting_as(photo.owner_id) as session:
        service.remove(session, photo.id)
    with database.unscoped() as session:
        assert session.get(Take, take.id) is None
        assert session.exec(select(Clip)).all() == []


def test_removing_forgets_the_upload_so_that_the_file_can_be_sent_again(
    database: Database, photo: Photo
) -> None:
    upload = Upload(
        id=photo.id, owner_id=photo.owner_id, project_id=photo.project_id, kind=UploadKind.PHOTO,
        filename="beach.jpg", size_bytes=9,
    )  # fmt: skip
    with database.acting_as(photo.owner_id) as session:
        session.add(upload)
    with database.acting_as(photo.owner_id) as session:
        service.remove(session, photo.id)
    with database.unscoped() as session:
        assert session.get(Upload, photo.id) is None


def test_a_stranger_cannot_remove_and_learns_nothing(
    database: Database, photo: Photo, stranger: UUID
) -> None:
    answers = []
    for photo_id in (photo.id, uuid4()):
        with pytest.raises(NotFound) as refused, database.acting_as(stranger) as session:
            service.remove(session, photo_id)
        answers.append(refused.value.sentence)
    assert answers[0] == answers[1]
    assert exists(photo.master_key)
