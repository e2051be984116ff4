"""A consistent copy of database and files while Echoes runs, for the embedded mode.

The database is copied first. Files never change, and are deleted only after the commit that removed their
rows: what the copy names is there, or was deleted since. Then a newer copy of the database does not name it
any more, and what was there already is held meanwhile by a second name, so that soon one copy has all.
"""

import hashlib
import json
import os
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from echoes.backups.databases.copying import opened_copy
from echoes.backups.databases.sqlite import NO_DATABASE, copy_sqlite, database_file
from echoes.backups.key_folders import key_files
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import now
from echoes.settings import Settings
from echoes.storage import Storage, make_storage
from echoes.storage.disk import full_disk_in_words, make_folder, sync
from echoes.storage.references import named_files

FORMAT = 1
DATABASE, SECRET, MANIFEST, FILES = "echoes.db", "secret.key", "manifest.json", "files"
MOST_COPIES = 20
NOT_EMBEDDED = (
    "A single file is for the embedded mode on SQLite. With PostgreSQL, set ECHOES_BACKUP_TO and leave out"
    " the file name (see docs/hosting.md)."
)


@dataclass(frozen=True, slots=True)
class Report:
    files: int
    size: int
    lost: list[str]
    """What the database names and was not there any more, because of some accident before."""


def embedded_database(settings: Settings) -> Path:
    """Raises Refused on PostgreSQL."""
    if not settings.is_sqlite:
        raise Refused(NOT_EMBEDDED)
    return database_file(settings)


def back_up(settings: Settings, target: Path) -> Report:
    """Writes the file whole or not at all. Raises EchoesError."""
    database = embedded_database(settings)
    if not database.is_file():
        raise BadInput(NO_DATABASE.format(database))
    if target.exists():
        raise BadInput(f"{target} already exists, and a backup overwrites nothing.")
    if not target.absolute().parent.is_dir():
        raise BadInput(f"The folder {target.absolute().parent} does not exist.")
    with machine_in_words():
        make_folder(settings.work_dir)
        with tempfile.TemporaryDirectory(dir=settings.work_dir, prefix="backup-") as folder:
            named, lost = snapshot(database, make_storage(settings), Path(folder))
            members = {DATABASE: Path(folder) / DATABASE}
            if (secret := settings.data_dir / SECRET).is_file():
                members[SECRET] = secret
            members |= key_files(settings.data_dir)
            members |= {f"{FILES}/{key}": Path(folder) / FILES / key for key in sorted(named - lost)}
            _write(members, lost, target.absolute())
    return Report(len(named - lost), target.stat().st_size, sorted(lost))


@contextmanager
def machine_in_words() -> Iterator[None]:
    """What the machine does not let us do."""
    try:
        with full_disk_in_words():
            yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise Refused(f"{place}{error.strerror or error}. Nothing was written.") from error


def snapshot(database: Path, files: Storage, folder: Path) -> tuple[set[str], set[str]]:
    """The keys that the copy in `folder` names, all held beside it; and those among them that were lost."""
    missing: set[str] = set()
    for _ in range(MOST_COPIES):
        copy_sqlite(database, folder / DATABASE)
        with opened_copy(folder / DATABASE) as session:
            named = named_files(session)
        gone = {key for key in named if not _hold(files, key, folder / FILES / key)}
        # What was missing before this copy was made, and still is named by it, was not deleted by Echoes.
        lost = gone & missing
        if gone == lost:
            return named, lost
        missing = gone
    raise Refused("Files are being deleted faster than they can be copied. Try again at a quieter time.")


def _hold(files: Storage, key: str, second_name: Path) -> bool:
    """Whether it is there. A second name keeps it, whatever happens to the first one."""
    if second_name.exists():
        return True
    second_name.parent.mkdir(parents=True, exist_ok=True)
    try:
        with files.local_path(key) as path:
            _link_or_copy(path, second_name)
    except (NotFound, FileNotFoundError):
        second_name.unlink(missing_ok=True)
        return False
    return True


def _link_or_copy(file: Path, second_name: Path) -> None:
    try:
        second_name.hardlink_to(file)
    except FileNotFoundError:
        raise
    except OSError:  # Another disk, or one that knows no second names.
        shutil.copyfile(file, second_name)


def _write(members: dict[str, Path], lost: Iterable[str], target: Path) -> None:
    """The manifest comes last: without it a backup is none."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    # Films and photographs do not get smaller: more effort would only take longer.
    try:
        with (
            os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive,
        ):
            facts = {name: _add(archive, name, path) for name, path in members.items()}
            manifest = {"format": FORMAT, "made_at": now().isoformat(), "lost": sorted(lost), "files": facts}
            _add_text(archive, MANIFEST, json.dumps(manifest, indent=1))
        sync(part)
        part.replace(target)
        sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    member = tarfile.TarInfo(name)
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        member.size, member.mtime, member.mode = status.st_size, int(status.st_mtime), 0o600
        reader = Hashed(file)
        archive.addfile(member, reader)
    return {"size": member.size, "sha256": reader.hexdigest()}


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = file.tell(), int(now().timestamp()), 0o600
        file.seek(0)
        archive.addfile(member, file)


class Hashed:
    """A file whose content is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._hash.update(content)
        self.size += len(content)
        return content

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
