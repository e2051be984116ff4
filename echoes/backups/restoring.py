"""Restore a snapshot: its files first, the database last, so that nothing half restored starts."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from echoes.backups import key_folders, snapshots
from echoes.backups.databases import postgres, sqlite
from echoes.backups.mirror import COPIES_AT_ONCE
from echoes.backups.snapshots import SnapshotManifest, UnusableSnapshot
from echoes.backups.target import BackupTarget
from echoes.database.engine import make_engine
from echoes.errors import NotFound, Refused
from echoes.models import User
from echoes.settings import Settings
from echoes.storage import make_storage
from echoes.storage.base import Storage, every_file
from echoes.storage.copying import FileFact, copy_file
from echoes.storage.disk import full_disk_in_words, make_folder

OTHER_ENGINE = "This backup is of {}, and ECHOES_DATABASE_URL names the other kind of database."
HAS_TABLES = "The database that ECHOES_DATABASE_URL names is not empty, and restoring overwrites nothing."


def restore_snapshot(settings: Settings, target: BackupTarget, name: str) -> SnapshotManifest:
    """Into a place without a database. Files that are there already stay, so that it can be begun again.
    Raises EchoesError; then there is no database."""
    manifest = snapshots.read_manifest(target.snapshots, name, target.name)
    _require_place(settings, manifest)
    with full_disk_in_words(), _scratch(settings) as scratch:
        if manifest.are_files_copied:
            facts = snapshots.read_file_list(target.snapshots, name, manifest, scratch)
            restore_files(target.files, make_storage(settings), facts, scratch)
        unpacked = unpack_database(target, name, manifest, scratch)
        _restore_secret(settings, target, name, manifest)
        _restore_keys(settings, target, name, manifest, scratch)
        if settings.is_sqlite:
            shutil.move(unpacked, sqlite.database_file(settings))
        else:
            postgres.load(settings.database_url, unpacked)
    return manifest


def unpack_database(target: BackupTarget, name: str, manifest: SnapshotManifest, scratch: Path) -> Path:
    """A sound database of SQLite, or what `pg_restore` reads. Raises UnusableSnapshot."""
    packed = scratch / manifest.database.name
    snapshots.fetch_member(target.snapshots, name, manifest.database, packed)
    if manifest.engine == "postgresql":
        return packed
    plain = scratch / "echoes.db"
    try:
        sqlite.decompress(packed, plain)
    except ValueError as error:
        raise UnusableSnapshot(name, f"{error}") from error
    if not sqlite.is_sound(plain):
        raise UnusableSnapshot(name, "its database is damaged")
    return plain


def restore_files(source: Storage, target: Storage, facts: dict[str, FileFact], scratch: Path) -> None:
    """Each compared as it is read. Raises UnusableSnapshot."""
    there = {file.key: file.size for file in every_file(target)}
    wanted = [key for key in sorted(facts) if there.get(key) != facts[key].size]

    def restore(key: str) -> None:
        try:
            found = copy_file(source, target, key, scratch)
        except NotFound as error:
            raise Refused(f"The backup lacks the file {key}. Nothing more was restored.") from error
        if found != facts[key]:
            target.delete([key])
            raise Refused(f"The file {key} of the backup is damaged. Nothing more was restored.")

    with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="restore") as pool:
        for _ in pool.map(restore, wanted):
            pass


def _require_place(settings: Settings, manifest: SnapshotManifest) -> None:
    if settings.is_sqlite != (manifest.engine == "sqlite"):
        raise Refused(OTHER_ENGINE.format("SQLite" if manifest.engine == "sqlite" else "PostgreSQL"))
    if settings.is_sqlite:
        sqlite.require_none(sqlite.database_file(settings))
        return
    engine = make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            postgres.check_programs(connection)
            if sa.inspect(connection).has_table(str(User.__tablename__)):
                raise Refused(HAS_TABLES)
    finally:
        engine.dispose()


def _restore_secret(settings: Settings, target: BackupTarget, name: str, manifest: SnapshotManifest) -> None:
    path = settings.data_dir / snapshots.SECRET
    if manifest.secret is not None and not path.exists():
        snapshots.fetch_member(target.snapshots, name, manifest.secret, path)
        path.chmod(0o600)


def _restore_keys(
    settings: Settings, target: BackupTarget, name: str, manifest: SnapshotManifest, scratch: Path
) -> None:
    if manifest.keys is None:
        return
    packed = snapshots.fetch_member(target.snapshots, name, manifest.keys, scratch / snapshots.KEYS)
    try:
        key_folders.unpack(packed, settings.data_dir)
    except ValueError as error:
        raise UnusableSnapshot(name, f"{error}") from error


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    make_folder(settings.work_dir)
    if settings.is_sqlite:
        make_folder(sqlite.database_file(settings).parent)
    with tempfile.TemporaryDirectory(dir=settings.work_dir, prefix="restore-") as folder:
        yield Path(folder)
