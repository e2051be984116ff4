"""A backup holds one moment of a running Echoes, each file once, and goes when its time is over."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from echoes.backups import making, snapshots
from echoes.backups.databases import copying as databases
from echoes.backups.drill import drill
from echoes.backups.service import run_backup
from echoes.backups.target import BackupTarget
from echoes.database import Database
from echoes.models import BackupRun, Photo, Project, now
from echoes.settings import Settings
from echoes.storage import every_file, get_storage
from echoes.storage.base import Storage
from tests.support.media.stored_photos import add_stored_photo, delete_photo

pytestmark = pytest.mark.slow


def mirrored(target: BackupTarget) -> set[str]:
    return {file.key for file in every_file(target.files)}


def test_database_and_files_are_in_it(
    settings: Settings, target: BackupTarget, photos: list[Photo], either: Database, backup_folder: Path
) -> None:
    name, manifest = run_backup(settings)
    assert mirrored(target) == {photo.master_key for photo in photos}
    assert (manifest.files, manifest.rows["photos"], manifest.lost) == (3, 3, [])
    assert snapshots.complete(target.snapshots) == [name]
    report = drill(settings, target)
    assert (report.bad, len(report.good)) == ([], 5)
    with either.reading() as session:
        (run,) = session.exec(select(BackupRun)).all()
    assert (run.snapshot, run.files, run.failure) == (name, 3, "")
    assert run.size_bytes > sum(photo.size_bytes for photo in photos)
    assert [path for path in backup_folder.iterdir() if path.stat().st_mode & 0o077] == []
    assert list(settings.work_dir.iterdir()) == []


def test_a_file_is_copied_once(
    settings: Settings, photos: list[Photo], either: Database, project_with_photos: Project, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run_backup(settings)
    added = add_stored_photo(either, project_with_photos, tmp_path)
    read: list[str] = []
    opened = type(get_storage()).open

    def spied(self: Storage, key: str, *args: int) -> object:
        read.append(key)
        return opened(self, key, *args)

    monkeypatch.setattr(type(get_storage()), "open", spied)
    run_backup(settings)
    assert [key for key in read if not key.startswith("snapshots/")] == [added.master_key]


def test_what_an_earlier_run_had_copied_is_not_sent_again(
    settings: Settings, target: BackupTarget, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed before its manifest: it does not count, and its files are used."""
    monkeypatch.setattr(making, "_put_file_list", killed)
    with pytest.raises(KeyboardInterrupt):
        run_backup(settings)
    monkeypatch.undo()
    monkeypatch.setenv("ECHOES_BACKUP_TO", settings.backup_to)
    assert (snapshots.complete(target.snapshots), len(mirrored(target))) == ([], 3)
    assert snapshots.members_of_all(target.snapshots) != {}
    before = {file.key: file.modified for file in every_file(target.files)}
    name, _ = run_backup(settings)
    assert {file.key: file.modified for file in every_file(target.files)} == before
    assert snapshots.members_of_all(target.snapshots).keys() == {name}
    assert drill(settings, target).bad == []


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_file_that_is_deleted_while_files_are_copied_is_not_called_lost(
    settings: Settings, target: BackupTarget, photos: list[Photo], either: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    copy, copies = databases.copy_database, []

    def copy_and_delete(settings: Settings, folder: Path) -> object:
        done = copy(settings, folder)
        copies.append(done)
        if len(copies) == 1:
            delete_photo(either, photos[0].id)
        return done

    monkeypatch.setattr(making, "copy_database", copy_and_delete)
    _, manifest = run_backup(settings)
    assert (manifest.files, manifest.lost, len(copies)) == (2, [], 2)
    assert drill(settings, target).bad == []


def test_a_file_that_was_lost_before_is_named(
    settings: Settings, target: BackupTarget, photos: list[Photo]
) -> None:
    (settings.files_dir / photos[0].master_key).unlink()
    _, manifest = run_backup(settings)
    assert (manifest.files, manifest.lost) == (2, [photos[0].master_key])
    assert [sentence[:19] for sentence in drill(settings, target).bad] == ["1 files had been lo"]


def test_what_was_deleted_stays_until_no_backup_names_it(
    settings: Settings, target: BackupTarget, photos: list[Photo], either: Database, backup_folder: Path
) -> None:
    run_backup(settings)
    delete_photo(either, photos[0].id)
    make_old(backup_folder / "files", days=3)
    long_ago(backup_folder, snapshots.complete(target.snapshots)[0])
    run_backup(settings.model_copy(update={"backups_daily": 2}))
    assert (len(mirrored(target)), len(snapshots.complete(target.snapshots))) == (3, 2)
    run_backup(settings.model_copy(update={"backups_daily": 1, "backups_weekly": 0}))
    assert mirrored(target) == {photo.master_key for photo in photos[1:]}
    assert len(snapshots.complete(target.snapshots)) == 1


def make_old(folder: Path, days: float) -> None:
    for path in folder.rglob("*"):
        moment = path.stat().st_mtime - days * 24 * 3600
        os.utime(path, (moment, moment))


def long_ago(folder: Path, name: str) -> None:
    old = snapshots.new_name(now() - timedelta(days=30))
    (folder / "snapshots" / name).rename(folder / "snapshots" / old)


def test_without_the_files_there_is_a_list_of_them(
    settings: Settings, target: BackupTarget, photos: list[Photo]
) -> None:
    settings = settings.model_copy(update={"backup_files": False})
    _, manifest = run_backup(settings)
    assert (mirrored(target), manifest.files, manifest.are_files_copied) == (set(), 3, False)
    assert drill(settings, target).bad == []
    (settings.files_dir / photos[0].master_key).unlink()
    assert drill(settings, target).bad == [f"1 files are missing: {photos[0].master_key}"]
