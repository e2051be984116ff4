"""Cleanup of abandoned uploads, and of nothing else."""

import os
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.models import Photo, Project, Upload, UploadKind, now
from echoes.settings import get_settings
from echoes.uploads import service
from echoes.uploads.parts import get_part_store, local
from tests.support.databases.rows import add_photo, add_project

DAY = timedelta(days=1)


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return add_project(session, anna)


def begin(database: Database, project: Project, begun_ago: timedelta) -> UUID:
    upload = Upload(
        owner_id=project.owner_id, project_id=project.id, kind=UploadKind.PHOTO, filename="a.jpg",
        size_bytes=100, created_at=now() - begun_ago,
    )  # fmt: skip
    with database.unscoped() as session:
        session.add(upload)
    return upload.id


def write(upload_id: UUID, ago: timedelta) -> None:
    path = local.path_of(upload_id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"half a photograph")
    moment = (now() - ago).timestamp()
    os.utime(path, (moment, moment))


def clean_up() -> int:
    return service.delete_abandoned(now() - DAY)


def remaining(database: Database) -> set[UUID]:
    with database.unscoped() as session:
        return set(session.exec(select(Upload.id)))


def test_old_ones_go_with_their_bytes(database: Database, project: Project) -> None:
    with_bytes, _ = begin(database, project, 2 * DAY), begin(database, project, 2 * DAY)
    write(with_bytes, 2 * DAY)
    assert clean_up() == 2
    assert remaining(database) == set()
    assert get_part_store().received(with_bytes) == 0


def test_young_ones_and_slow_ones_stay(database: Database, project: Project) -> None:
    young, slow = begin(database, project, timedelta(hours=1)), begin(database, project, 3 * DAY)
    write(slow, timedelta(minutes=1))
    assert clean_up() == 0
    assert remaining(database) == {young, slow}
    assert get_part_store().received(slow) > 0


def test_photos_outlive_their_uploads(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        photo = add_photo(session, project)
    with database.unscoped() as session:
        session.add(
            Upload(
                id=photo.id,
                owner_id=project.owner_id,
                project_id=project.id,
                kind=UploadKind.PHOTO,
                filename="a.jpg",
                size_bytes=100,
                created_at=now() - 2 * DAY,
            )
        )
    assert clean_up() == 1
    with database.unscoped() as session:
        assert session.get(Photo, photo.id)


def test_what_a_killed_process_left_goes_too(database: Database, project: Project) -> None:
    folder = get_settings().incoming_dir / "developing-x"
    folder.mkdir(parents=True)
    (folder / "master.jpg").write_bytes(b"half")
    moment = (now() - 2 * DAY).timestamp()
    os.utime(folder, (moment, moment))
    assert clean_up() == 0
    assert not folder.exists()
