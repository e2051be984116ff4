"""A backup comes back whole, into a place without a database, or not at all."""

import tarfile
from pathlib import Path

import pytest

from echoes.backups.key_folders import KEY_FOLDERS, unpack
from echoes.backups.restoring import restore_snapshot
from echoes.backups.service import run_backup
from echoes.backups.target import BackupTarget
from echoes.certificates.pem import write_secret
from echoes.commands import nightly_backup
from echoes.credits import ledger
from echoes.database import Database
from echoes.errors import BadInput, EchoesError, Refused
from echoes.models import Photo
from echoes.settings import Settings
from echoes.storage import every_file, make_storage
from echoes.storage.references import named_files
from tests.support.databases.postgres import create_database

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Settings:
    """Another Echoes, whose database is not there yet."""
    folder = tmp_path_factory.mktemp("restored") / "data"
    if settings.is_sqlite:
        return Settings(data_dir=folder, backup_to=settings.backup_to)
    url = create_database(request.getfixturevalue("postgres"))
    return Settings(data_dir=folder, backup_to=settings.backup_to, database_url=url)


def test_what_was_there_comes_back(settings: Settings, elsewhere: Settings, photos: list[Photo]) -> None:
    run_backup(settings)
    said: list[str] = []
    nightly_backup.restore(elsewhere, "", said.append)
    assert said[0].startswith("The database and 3 files of 2")
    restored = Database(elsewhere.database_url)
    with restored.reading() as session:
        assert named_files(session) == {photo.master_key for photo in photos}
        assert ledger.differences(session) == []
    restored.dispose()
    stored = {file.key: file.size for file in every_file(make_storage(elsewhere))}
    assert stored == {photo.master_key: photo.size_bytes for photo in photos}
    with pytest.raises(Refused, match="overwrites nothing"):
        nightly_backup.restore(elsewhere, "", said.append)


def test_keys_come_back_for_their_owner_alone(
    settings: Settings, elsewhere: Settings, photos: list[Photo]
) -> None:
    for folder in KEY_FOLDERS:
        write_secret(settings.data_dir / folder / "authority.pem", folder.encode())
        write_secret(settings.data_dir / folder / ".half.pem", b"being written")
    kept = elsewhere.data_dir / KEY_FOLDERS[1] / "authority.pem"
    write_secret(kept, b"was there already")
    run_backup(settings)
    nightly_backup.restore(elsewhere, "", lambda _: None)
    back = elsewhere.data_dir / KEY_FOLDERS[0] / "authority.pem"
    assert (back.read_bytes(), kept.read_bytes()) == (KEY_FOLDERS[0].encode(), b"was there already")
    assert back.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in back.parent.iterdir()] == ["authority.pem"]


def test_an_archive_of_keys_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "keys.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(__file__, f"{KEY_FOLDERS[0]}/../../outside.pem")
    with pytest.raises(ValueError, match="does not belong there"):
        unpack(archive, tmp_path / "data")
    assert list(tmp_path.iterdir()) == [archive]


def test_a_damaged_file_keeps_the_database_away_and_can_be_got_over(
    settings: Settings, target: BackupTarget, elsewhere: Settings, photos: list[Photo], backup_folder: Path
) -> None:
    name, _ = run_backup(settings)
    damaged = backup_folder / "files" / photos[2].master_key
    whole = damaged.read_bytes()
    damaged.write_bytes(b"?" * len(whole))
    with pytest.raises(EchoesError, match="damaged"):
        restore_snapshot(elsewhere, target, name)
    if settings.is_sqlite:
        assert not (elsewhere.data_dir / "echoes.db").exists()
    damaged.write_bytes(whole)
    assert restore_snapshot(elsewhere, target, name).files == 3


@pytest.mark.parametrize("name", ["20261126t031700z", "../../etc/passwd", "newest"])
def test_a_name_that_is_none(target: BackupTarget, elsewhere: Settings, name: str) -> None:
    with pytest.raises(BadInput, match="There is no backup"):
        restore_snapshot(elsewhere, target, name)


def test_of_another_kind_of_database(settings: Settings, target: BackupTarget, tmp_path: Path) -> None:
    name, _ = run_backup(settings)
    other = "postgresql://somebody@127.0.0.1/echoes" if settings.is_sqlite else ""
    with pytest.raises(Refused, match="the other kind of database"):
        restore_snapshot(Settings(data_dir=tmp_path / "x", database_url=other), target, name)
