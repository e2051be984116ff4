"""Uploads over two machines: requests of one upload reach now one, now the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from echoes.accounts.service import open_session
from echoes.database import Database
from echoes.models import Photo, Project, Upload, now
from echoes.settings import Settings, get_settings
from echoes.storage import Storage, every_file
from echoes.storage.s3.storage import S3Storage
from tests.support.aws.emulators import CREDENTIALS, aws_environment, new_bucket, settings_of_bucket
from tests.support.processes import wait_for
from tests.uploads.client import Uploader
from tests.uploads.processes import UploadServer, upload_server

pytestmark = pytest.mark.slow

BEGINNING, MORE, LOST = 300_000, 600_000, 650_000


@pytest.fixture(scope="module")
def bucket(ministack: str) -> dict[str, str]:
    return settings_of_bucket(ministack, new_bucket(ministack))


@pytest.fixture
def storage(bucket: dict[str, str], tmp_path: Path) -> Iterator[Storage]:
    with aws_environment(bucket):
        yield S3Storage(Settings(data_dir=tmp_path / "looking"))


@pytest.fixture
def machines(database: Database, bucket: dict[str, str], tmp_path: Path) -> Iterator[list[UploadServer]]:
    """Two, each with a folder of its own."""
    shared = CREDENTIALS | bucket | {"ECHOES_DATABASE_URL": database.url}
    with ExitStack() as stack:
        folders = [{"ECHOES_DATA_DIR": str(tmp_path / name)} for name in ("first", "second")]
        yield [stack.enter_context(upload_server(shared | folder)) for folder in folders]


def test_a_photo_whose_parts_reach_two_machines_arrives_whole_though_one_is_killed(
    machines: list[UploadServer], storage: Storage, database: Database, anna: UUID, project: Project,
    photograph: bytes,
) -> None:  # fmt: skip
    with database.unscoped() as session:
        token = open_session(session, get_settings(), anna, "a browser")
    first, second = (Uploader(machine.address, token) for machine in machines)
    path = first.begun(project.id, len(photograph))
    assert first.append(path, 0, photograph[:BEGINNING]).status_code == 204
    assert second.offset(path) == BEGINNING
    assert second.append(path, BEGINNING, photograph[BEGINNING:MORE]).status_code == 204
    with first.broken_connection(path, MORE, len(photograph) - MORE, photograph[MORE:LOST]):
        wait_for(lambda: has_lease(database), "the first machine to hold the upload")
        assert second.append(path, MORE, photograph[MORE:]).status_code == 423
        machines[0].kill()
    let_leases_end(database)
    assert second.offset(path) == MORE
    answer = second.append(path, MORE, photograph[MORE:])
    assert answer.status_code == 200
    at_once = second.upload(project.id, photograph)
    made, wanted = (kept(storage, database, one.json()["photo_id"]) for one in (answer, at_once))
    assert made == wanted
    assert list(every_file(storage, "incoming/")) == []


def has_lease(database: Database) -> bool:
    with database.reading() as session:
        return session.exec(select(Upload.lease_id)).one() is not None


def let_leases_end(database: Database) -> None:
    """As time would, which is not waited for here."""
    with database.unscoped() as session:
        held = update(Upload).where(col(Upload.lease_id).is_not(None))
        assert session.exec(held.values(lease_expires_at=now() - timedelta(minutes=1))).rowcount == 1


def kept(storage: Storage, database: Database, photo_id: str) -> bytes:
    with (
        database.reading() as session,
        storage.open(session.get_one(Photo, UUID(photo_id)).master_key) as file,
    ):
        return file.read()
