"""A backup of a running Echoes holds one moment of it, and no other file is harmed."""

import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.backups.databases import sqlite
from echoes.commands import backup
from echoes.commands.backup import back_up
from echoes.commands.restore import restore_backup
from echoes.database import Database
from echoes.errors import BadInput, Refused, StorageFull
from echoes.models import Photo, Project
from echoes.settings import Settings, get_settings
from tests.commands.conftest import Echoes
from tests.support.media.stored_photos import add_stored_photo, assert_whole, delete_photo

pytestmark = pytest.mark.slow


def test_nobody_else_on_the_machine_can_read_a_backup(database: Database, archive: Path) -> None:
    back_up(get_settings(), archive)
    assert archive.stat().st_mode & 0o077 == 0


def test_nothing_stays_in_the_data_folder(database: Database, archive: Path) -> None:
    back_up(get_settings(), archive)
    assert list(get_settings().work_dir.iterdir()) == []


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Does it again and again in a thread; fails when it does."""
    ended, failures = threading.Event(), []

    def keep_on() -> None:
        try:
            while not ended.is_set():
                work()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=keep_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert failures == []


def test_while_people_add_and_delete_the_copy_is_of_one_moment(
    database: Database, project: Project, archive: Path, tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path, echoes: Echoes,
) -> None:  # fmt: skip
    for _ in range(100):
        add_stored_photo(database, project, tmp_path)
    ended: list[UUID] = []

    def add() -> None:
        add_stored_photo(database, project, tmp_path)

    def delete() -> None:
        """Always the oldest, whose turn in the copy comes first; some stay."""
        with database.reading() as session:
            oldest, *younger = session.exec(select(Photo.id).order_by(col(Photo.id)).limit(60)).all()
        if len(younger) == 59:
            delete_photo(database, oldest)
            ended.append(oldest)

    with meanwhile(add), meanwhile(delete):
        assert echoes("backup", archive.with_name("0.tar.gz")).returncode == 0
        for number in (1, 2):
            assert back_up(get_settings(), archive.with_name(f"{number}.tar.gz")).lost == []
    assert ended, "nothing was deleted meanwhile"
    for number in range(3):
        settings = Settings(data_dir=tmp_path_factory.mktemp("moment"))
        restore_backup(settings, archive.with_name(f"{number}.tar.gz"))
        assert assert_whole(settings)


def test_a_file_that_is_deleted_between_the_two_copies_is_in_neither(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    kept, gone = (add_stored_photo(database, project, tmp_path) for _ in range(2))
    copy, copies = sqlite.copy_sqlite, []

    def copy_and_delete(source: Path, target: Path) -> None:
        copy(source, target)
        copies.append(target)
        if len(copies) == 1:
            delete_photo(database, gone.id)

    monkeypatch.setattr(backup, "copy_sqlite", copy_and_delete)
    assert back_up(get_settings(), archive).lost == []
    restore_backup(restored, archive)
    assert assert_whole(restored) == {kept.master_key}
    assert len(copies) == 2


def test_a_file_that_was_deleted_after_it_was_held_is_not_missed(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    photo = add_stored_photo(database, project, tmp_path)
    write = backup._write

    def delete_and_write(members: dict[str, Path], lost: set[str], target: Path) -> None:
        delete_photo(database, photo.id)
        write(members, lost, target)

    monkeypatch.setattr(backup, "_write", delete_and_write)
    back_up(get_settings(), archive)
    restore_backup(restored, archive)
    assert assert_whole(restored) == {photo.master_key}


def test_on_a_disk_without_second_names_files_are_copied(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    photo = add_stored_photo(database, project, tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError("this disk has none")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    back_up(get_settings(), archive)
    monkeypatch.undo()
    restore_backup(restored, archive)
    assert assert_whole(restored) == {photo.master_key}


def test_a_file_that_was_lost_before_is_named(
    database: Database, project: Project, archive: Path, tmp_path: Path
) -> None:
    kept, lost = (add_stored_photo(database, project, tmp_path) for _ in range(2))
    (get_settings().files_dir / lost.master_key).unlink()
    report = back_up(get_settings(), archive)
    assert (report.files, report.lost) == (1, [lost.master_key])
    with tarfile.open(archive) as written:
        manifest = json.loads(written.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert manifest["lost"] == [lost.master_key]
    assert f"files/{kept.master_key}" in manifest["files"]


def test_a_backup_overwrites_nothing(database: Database, archive: Path) -> None:
    archive.write_text("what I had")
    with pytest.raises(BadInput, match="already exists"):
        back_up(get_settings(), archive)
    assert archive.read_text() == "what I had"


def test_without_a_database_there_is_nothing_to_copy(data_dir: Path, archive: Path) -> None:
    with pytest.raises(BadInput, match="There is no database"):
        back_up(get_settings(), archive)
    assert not archive.exists()


def test_a_full_disk_leaves_no_half_of_a_backup(
    database: Database, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(StorageFull):
        back_up(get_settings(), archive)
    assert list(archive.parent.iterdir()) == []


@pytest.mark.parametrize("work", [back_up, restore_backup])
def test_with_postgresql_it_says_what_to_do_instead(
    work: Callable[[Settings, Path], object], archive: Path
) -> None:
    archive.write_bytes(b"")
    with pytest.raises(Refused, match="ECHOES_BACKUP_TO"):
        work(Settings(database_url="postgresql://somebody@127.0.0.1/echoes"), archive)


def test_a_database_that_is_none_is_named(data_dir: Path, archive: Path, echoes: Echoes) -> None:
    (data_dir / "echoes.db").write_text("a letter to my aunt " * 99)
    found = echoes("backup", archive)
    assert found.returncode == 1
    assert found.stderr.startswith("The database cannot be read: file is not a database.")
    assert (archive.exists(), "Traceback" in found.stderr) == (False, False)


def test_what_the_machine_does_not_allow_is_a_sentence(database: Database) -> None:
    """The kernel's own folder, where not even root may write."""
    with pytest.raises(Refused, match="Nothing was written"):
        back_up(get_settings(), Path("/proc/sys/echoes.tar.gz"))
