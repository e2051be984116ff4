"""Copy of the database alone before its migrations, and the way back to it.

Migrations touch no file. The nightly backup cannot stand in for it: it reads rows as this version of Echoes
knows them, and the database is still that of an older one.
"""

import os
from pathlib import Path

import sqlalchemy as sa

from echoes.backups.databases import postgres, sqlite
from echoes.database.engine import make_engine
from echoes.errors import Refused
from echoes.models import now
from echoes.settings import Settings
from echoes.storage.disk import full_disk_in_words, make_folder, sync

FOLDER = "upgrades"
DAMAGED = "The database is damaged, so nothing was changed. Run `echoes doctor`, or restore a backup."


def copy_before_upgrade(settings: Settings) -> Path:
    """In the data folder, for its owner alone. Raises EchoesError."""
    folder = settings.data_dir / FOLDER
    suffix = "db" if settings.is_sqlite else "dump"
    copy = folder / f"before-{now():%Y%m%dT%H%M%S%fZ}.{suffix}"
    with full_disk_in_words():
        make_folder(folder)
        folder.chmod(0o700)
        if settings.is_sqlite:
            sqlite.copy_sqlite(sqlite.database_file(settings), copy)
        else:
            _dump(settings.database_url, copy)
        copy.chmod(0o600)
        sync(copy)
    if settings.is_sqlite and not sqlite.is_sound(copy):
        raise Refused(DAMAGED)
    return copy


def go_back(settings: Settings, copy: Path) -> None:
    """SQLite alone: the copy takes the place of the database. The copy itself stays."""
    database = sqlite.database_file(settings)
    fresh = database.with_name(f".{database.name}.before")
    sqlite.copy_sqlite(copy, fresh)
    for suffix in sqlite.BESIDE_A_DATABASE:
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    fresh.replace(database)
    os.sync()


def _dump(url: str, target: Path) -> None:
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            postgres.check_programs(connection)
            snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
            postgres.dump(url, str(snapshot), target)
    finally:
        engine.dispose()
