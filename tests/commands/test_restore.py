"""A backup comes back whole, for its owner alone, or not at all."""

import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from echoes.backups.key_folders import KEY_FOLDERS
from echoes.certificates.pem import write_secret
from echoes.commands.backup import back_up
from echoes.commands.restore import restore_backup
from echoes.database import Database
from echoes.errors import BadInput, EchoesError, Refused
from echoes.models import Project
from echoes.settings import Settings, get_settings, signing_key
from tests.commands.conftest import Echoes
from tests.support.media.stored_photos import add_stored_photo, assert_whole

pytestmark = pytest.mark.slow


def test_what_was_there_comes_back(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path
) -> None:
    photos = [add_stored_photo(database, project, tmp_path) for _ in range(3)]
    secret = signing_key(get_settings())
    report = back_up(get_settings(), archive)
    assert (report.files, report.lost) == (3, [])
    assert restore_backup(restored, archive) == 3
    assert assert_whole(restored) == {photo.master_key for photo in photos}
    assert signing_key(restored) == secret


def test_what_comes_back_is_for_its_owner_alone(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path
) -> None:
    add_stored_photo(database, project, tmp_path)
    signing_key(get_settings())
    for folder in KEY_FOLDERS:
        write_secret(get_settings().data_dir / folder / "authority.pem", b"a key")
    back_up(get_settings(), archive)
    restore_backup(restored, archive)
    keys = [restored.data_dir / folder / "authority.pem" for folder in KEY_FOLDERS]
    assert [key.read_bytes() for key in keys] == [b"a key"] * 2
    assert [p for p in restored.data_dir.rglob("*") if p.stat().st_mode & 0o077] == []


@pytest.fixture
def written(database: Database, project: Project, archive: Path, tmp_path: Path) -> Path:
    add_stored_photo(database, project, tmp_path)
    back_up(get_settings(), archive)
    return archive


def test_a_folder_that_is_not_empty_is_left_alone(written: Path, restored: Settings) -> None:
    restored.data_dir.mkdir()
    (restored.data_dir / "mine.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        restore_backup(restored, written)
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
    with pytest.raises(BadInput, match="is not a complete Echoes backup"):
        restore_backup(restored, written)
    assert list(restored.data_dir.iterdir()) == []


def test_from_the_command_line_a_backup_goes_and_comes(
    database: Database, project: Project, archive: Path, restored: Settings, tmp_path: Path,
    echoes: Echoes, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    photo = add_stored_photo(database, project, tmp_path)
    assert echoes("backup", archive).returncode == 0
    again = echoes("backup", archive)
    assert (again.returncode, "already exists" in again.stderr) == (1, True)
    monkeypatch.setenv("ECHOES_DATA_DIR", str(restored.data_dir))
    assert echoes("restore", archive).returncode == 0
    assert assert_whole(restored) == {photo.master_key}
    with closing(sqlite3.connect(restored.data_dir / "echoes.db")) as copy:
        assert copy.execute("SELECT name FROM users").fetchall() == [("Anna",)]


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_what_another_database_left_behind_is_not_written_into_this_one(
    written: Path, restored: Settings, tmp_path: Path, suffix: str
) -> None:
    """A database that stands elsewhere, and was removed without what belongs to it."""
    database = tmp_path / "elsewhere.db"
    left = database.with_name(database.name + suffix)
    left.write_bytes(b"of another life")
    with pytest.raises(Refused, match=f"{suffix}, part of a database"):
        restore_backup(restored.model_copy(update={"database_url": f"sqlite:///{database}"}), written)
    assert (database.exists(), restored.data_dir.exists()) == (False, False)


def archive_of(members: Sequence[tuple[tarfile.TarInfo, bytes]], target: Path) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def test_a_whole_backup_of_no_database_does_not_come_back(restored: Settings, archive: Path) -> None:
    content = b"a letter to my aunt " * 99
    facts = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = json.dumps({"format": 1, "files": {"echoes.db": facts}}).encode()
    members = [(tarfile.TarInfo("echoes.db"), content), (tarfile.TarInfo("manifest.json"), manifest)]
    with pytest.raises(BadInput, match="is damaged"):
        restore_backup(restored, archive_of(members, archive))
    assert list(restored.data_dir.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_what_is_no_plain_file_does_not_come_back(restored: Settings, archive: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("files/a/photos/b.jpg")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(BadInput, match="does not belong there"):
        restore_backup(restored, archive_of([(member, b"")], archive))
    assert list(restored.data_dir.iterdir()) == []


def test_every_failure_is_a_sentence(restored: Settings, tmp_path: Path) -> None:
    with pytest.raises(EchoesError, match="does not exist"):
        restore_backup(restored, tmp_path / "nothing.tar.gz")
