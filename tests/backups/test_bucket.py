"""Backups into a bucket, of files in a folder and of files in a bucket; and a bucket that is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from echoes.backups.drill import drill
from echoes.backups.restoring import restore_snapshot
from echoes.backups.runs import last_backup_state
from echoes.backups.service import run_backup
from echoes.backups.target import target_of
from echoes.database import Database
from echoes.errors import StorageUnavailable
from echoes.models import Project
from echoes.settings import Settings, get_settings
from echoes.storage import every_file, get_storage
from tests.support.aws.emulators import aws_environment, client_of, new_bucket, settings_of_bucket
from tests.support.databases.rows import add_project
from tests.support.media.stored_photos import add_stored_photo

pytestmark = pytest.mark.slow


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, ministack: str, database: Database) -> Iterator[Settings]:
    bucket = new_bucket(ministack)
    told = settings_of_bucket(ministack, bucket) | {
        "ECHOES_STORAGE": request.param,
        "ECHOES_S3_PREFIX": "live/",
        "ECHOES_BACKUP_TO": f"s3://{bucket}/backups/",
    }
    with aws_environment(told):
        get_settings.cache_clear()
        get_storage.cache_clear()
        yield get_settings()


@pytest.fixture
def project_with_photos(database: Database, project: Project) -> Project:
    return project


@pytest.fixture
def project(database: Database, anna: object) -> Project:
    with database.unscoped() as session:
        return add_project(session, anna)  # type: ignore[arg-type]


def test_made_drilled_damaged_and_restored(
    settings: Settings, database: Database, project_with_photos: Project, tmp_path: Path, ministack: str
) -> None:
    photos = [add_stored_photo(database, project_with_photos, tmp_path) for _ in range(3)]
    name, manifest = run_backup(settings)
    assert (manifest.files, manifest.lost) == (3, [])
    target = target_of(settings)
    assert drill(settings, target).bad == []
    assert {file.key for file in every_file(get_storage())} == {photo.master_key for photo in photos}
    restored = settings.model_copy(update={
        "data_dir": tmp_path / "restored", "storage": "folder",
        "database_url": f"sqlite:///{tmp_path}/restored/echoes.db",
    })  # fmt: skip
    restore_snapshot(restored, target, name)
    assert len(list(restored.files_dir.rglob("*.jpg"))) == 3
    key = f"backups/files/{photos[0].master_key}"
    client_of(ministack).put_object(Bucket=settings.s3_bucket, Key=key, Body=b"?" * photos[0].size_bytes)
    assert drill(settings, target).bad == [f"1 files are damaged: {photos[0].master_key}"]


def test_a_bucket_that_is_not_there_is_said(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(update={"backup_to": "s3://echoes-is-not-there"})
    with pytest.raises(StorageUnavailable):
        run_backup(settings)
    with database.reading() as session:
        failure = last_backup_state(session, settings).failure
    assert failure.startswith("s3://echoes-is-not-there: There is no such bucket. ")
