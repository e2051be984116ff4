"""A backup comes back: whole, into an empty data folder, or not at all."""

import gzip
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

from echoes.backups.databases.sqlite import is_sound, require_none
from echoes.backups.key_folders import KEY_FOLDERS, is_key_file
from echoes.commands.backup import (
    DATABASE,
    FILES,
    FORMAT,
    MANIFEST,
    SECRET,
    Hashed,
    embedded_database,
    machine_in_words,
)
from echoes.errors import BadInput, Refused
from echoes.settings import Settings
from echoes.storage.base import checked_key
from echoes.storage.disk import make_folder

LARGEST_MANIFEST = 1 << 30
NO_BACKUP = "{} is not a complete Echoes backup: {}. Nothing was restored."

Facts = dict[str, dict[str, Any]]


def restore_backup(settings: Settings, source: Path) -> int:
    """How many files. Raises EchoesError, and then the folder is as empty as before."""
    database = embedded_database(settings)
    if not source.is_file():
        raise BadInput(f"The file {source} does not exist.")
    _require_empty(settings.data_dir, database)
    with machine_in_words():
        make_folder(settings.data_dir)
        make_folder(database.parent)
        with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restoring-") as folder:
            count = _unpack_and_check(source, Path(folder))
            _move_in(Path(folder), settings.data_dir, database)
        os.sync()
    return count


def _require_empty(folder: Path, database: Path) -> None:
    require_none(database)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            f"{folder} is not empty, and restoring overwrites nothing. Name another ECHOES_DATA_DIR."
        )


def _unpack_and_check(source: Path, folder: Path) -> int:
    try:
        found, manifest = _unpack(source, folder)
        _compare(found, manifest)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(NO_BACKUP.format(source, f"it cannot be unpacked ({error})")) from error
    except ValueError as error:
        raise BadInput(NO_BACKUP.format(source, error)) from error
    return sum(name.startswith(f"{FILES}/") for name in found)


def _unpack(source: Path, folder: Path) -> tuple[Facts, dict[str, Any]]:
    found: Facts = {}
    manifest: dict[str, Any] = {}
    with tarfile.open(source, "r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or member.name in found or manifest:
                raise ValueError(f"{member.name!r} does not belong there")
            if member.name == MANIFEST:
                manifest = json.loads(content.read(LARGEST_MANIFEST))
            else:
                found[member.name] = _extract(Hashed(content), folder / _checked(member.name))
    return found, manifest


def _checked(name: str) -> str:
    """A name that leads nowhere else; raises ValueError."""
    if name in (DATABASE, SECRET) or is_key_file(name):
        return name
    if not name.startswith(f"{FILES}/"):
        raise ValueError(f"{name!r} does not belong there")
    return f"{FILES}/{checked_key(name.removeprefix(f'{FILES}/'))}"


def _extract(content: Hashed, target: Path) -> dict[str, Any]:
    make_folder(target.parent)
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
    return {"size": content.size, "sha256": content.hexdigest()}


def _compare(found: Facts, manifest: dict[str, Any]) -> None:
    """Raises ValueError."""
    if not isinstance(manifest, dict) or not manifest:
        raise ValueError("its end is missing")
    if manifest.get("format") != FORMAT:
        raise ValueError("it has another format, perhaps that of a newer version of Echoes")
    expected = manifest.get("files")
    if not isinstance(expected, dict) or DATABASE not in expected:
        raise ValueError("it contains no database")
    for name in sorted({*found, *expected}):
        if found.get(name) != expected.get(name):
            raise ValueError(f"{name!r} has changed since it was written")


def _move_in(folder: Path, data_dir: Path, database: Path) -> None:
    """The database last: without it nobody takes the folder for one of Echoes."""
    if not is_sound(folder / DATABASE):
        raise BadInput("The database in this backup is damaged. Nothing was restored.")
    for name in (FILES, SECRET, *KEY_FOLDERS):
        if (folder / name).exists():
            (folder / name).replace(data_dir / name)
    shutil.move(folder / DATABASE, database)
