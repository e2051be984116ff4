"""A backup of a running Echoes holds one moment of it, and comes back as it was."""

import gzip
import json
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.commands import backup
from echoes.commands.backup import back_up
from echoes.commands.restore import bring_back
from echoes.database import Database, after_commit
from echoes.errors import BadInput, EchoesError, Refused, StorageFull
from echoes.jobs.sweeping import named_files
from echoes.models import Photo, Project, new_id
from echoes.settings import Settings, get_settings, signing_key
from echoes.storage import get_storage, new_key
from tests.commands.conftest import Echoes
from tests.support.rows import add_project


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        return add_project(session, anna)


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere") / "echoes.tar.gz"


@pytest.fixture
def restored(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of an Echoes in another, empty folder."""
    return Settings(data_dir=tmp_path_factory.mktemp("restored") / "data")


def add_stored_photo(database: Database, project: Project, scratch: Path) -> Photo:
    """The file first, as everywhere; what is in it says whose it is."""
    key = new_key(project.owner_id, "photos", "jpg")
    source = scratch / f"{new_id()}.jpg"
    source.write_bytes(key.encode() * 500)
    get_storage().put(key, source)
    with database.unscoped() as session:
        photo = Photo(
            owner_id=project.owner_id, project_id=project.id, filename="a.jpg", width=1, height=1,
            size_bytes=len(key) * 500, master_key=key, thumbnail_key=key,
        )  # fmt: skip
        session.add(photo)
    return photo


def delete_photo(database: Database, photo_id: UUID) -> None:
    with database.unscoped() as session:
        photo = session.get_one(Photo, photo_id)
        key = photo.master_key
        session.delete(photo)
        after_commit(session, lambda: get_storage().delete([key]))


def assert_whole(settings: Settings) -> set[str]:
    """Every file that the database names is there as it was written, and there is no other. The names."""
    database = Database(settings.database_url)
    with database.reading() as session:
        named = named_files(session)
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.dispose()
    stored = {p.relative_to(settings.files_dir).as_posix() for p in settings.files_dir.rglob("*.*")}
    assert stored == named
    for key in named:
        assert (settings.files_dir / key).read_bytes() == key.encode() * 500
    return named


def test_what_was_there_comes_back(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path
) -> None:
    photos = [add_stored_photo(database, project, tmp_path) for _ in range(3)]
    secret = signing_key(get_settings())
    report = back_up(get_settings(), archive)
    assert (report.files, report.lost) == (3, [])
    assert bring_back(restored, archive) == 3
    assert assert_whole(restored) == {photo.master_key for photo in photos}
    assert signing_key(restored) == secret


def test_nobody_else_on_the_machine_can_read_a_backup(database: Database, archive: Path) -> None:
    back_up(get_settings(), archive)
    assert archive.stat().st_mode & 0o077 == 0


def test_what_comes_back_is_for_its_owner_alone(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path
) -> None:
    add_stored_photo(database, project, tmp_path)
    signing_key(get_settings())
    back_up(get_settings(), archive)
    bring_back(restored, archive)
    assert [p for p in restored.data_dir.rglob("*") if p.stat().st_mode & 0o077] == []


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
        bring_back(settings, archive.with_name(f"{number}.tar.gz"))
        assert assert_whole(settings)


def test_a_file_that_is_deleted_between_the_two_copies_is_in_neither(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    kept, gone = (add_stored_photo(database, project, tmp_path) for _ in range(2))
    copy, copies = backup.copy_database, []

    def copy_and_delete(source: Path, target: Path) -> None:
        copy(source, target)
        copies.append(target)
        if len(copies) == 1:
            delete_photo(database, gone.id)

    monkeypatch.setattr(backup, "copy_database", copy_and_delete)
    assert back_up(get_settings(), archive).lost == []
    bring_back(restored, archive)
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
    bring_back(restored, archive)
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
    bring_back(restored, archive)
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
    with pytest.raises(BadInput, match="is there already"):
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


@pytest.mark.parametrize("work", [back_up, bring_back])
def test_with_postgresql_it_says_what_to_do_instead(
    work: Callable[[Settings, Path], object], archive: Path
) -> None:
    archive.write_bytes(b"")
    with pytest.raises(Refused, match="pg_dump"):
        work(Settings(database_url="postgresql://somebody@127.0.0.1/echoes"), archive)


@pytest.fixture
def written(database: Database, project: Project, archive: Path, tmp_path: Path) -> Path:
    add_stored_photo(database, project, tmp_path)
    back_up(get_settings(), archive)
    return archive


def test_a_folder_that_is_not_empty_is_left_alone(written: Path, restored: Settings) -> None:
    restored.data_dir.mkdir()
    (restored.data_dir / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        bring_back(restored, written)
    assert [path.name for path in restored.data_dir.iterdir()] == ["mine.txt"]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def other_letters(content: bytes) -> bytes:
    """One byte of the photograph is another one."""
    plain = bytearray(gzip.decompress(content))
    plain[plain.index(b"/photos/", plain.index(b"files/") + 2000)] ^= 1
    return gzip.compress(bytes(plain))


def strange_name(content: bytes) -> bytes:
    """A name that would lead out of the folder."""
    plain = gzip.decompress(content)
    start = plain.index(b"files/")
    name = plain[start : plain.index(b"\0", start)]
    evil = b"files/../../../" + b"x" * (len(name) - 15)
    header = bytearray(plain[start : start + 512].replace(name, evil))
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return gzip.compress(plain[:start] + bytes(header) + plain[start + 512 :])


def nothing(_content: bytes) -> bytes:
    return b"this is a letter to my aunt"


@pytest.mark.parametrize("spoil", [cut, other_letters, strange_name, nothing])
def test_what_is_not_whole_does_not_come_back(
    written: Path, restored: Settings, spoil: Callable[[bytes], bytes]
) -> None:
    written.write_bytes(spoil(written.read_bytes()))
    with pytest.raises(BadInput, match="is no backup of Echoes, or not a whole one"):
        bring_back(restored, written)
    assert list(restored.data_dir.iterdir()) == []


def test_from_the_command_line_a_backup_goes_and_comes(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    echoes: Echoes, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    photo = add_stored_photo(database, project, tmp_path)
    assert echoes("backup", archive).returncode == 0
    again = echoes("backup", archive)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    monkeypatch.setenv("ECHOES_DATA_DIR", str(restored.data_dir))
    assert echoes("restore", archive).returncode == 0
    assert assert_whole(restored) == {photo.master_key}
    with closing(sqlite3.connect(restored.data_dir / "echoes.db")) as copy:
        assert copy.execute("SELECT name FROM users").fetchall() == [("Anna",)]


def test_every_failure_is_a_sentence(restored: Settings, tmp_path: Path) -> None:
    with pytest.raises(EchoesError, match="There is no file"):
        bring_back(restored, tmp_path / "nothing.tar.gz")
