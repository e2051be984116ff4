"""A consistent copy of the database, with the files that it names and its numbers of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, func, select

from echoes.backups.databases import postgres, sqlite
from echoes.database.engine import make_engine
from echoes.settings import Settings
from echoes.storage.references import named_files

SQLITE_MEMBER, POSTGRES_MEMBER = "database.gz", "database.dump"


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    path: Path
    named: set[str]
    """Keys of the files that its rows name."""
    rows: dict[str, int]


def copy_database(settings: Settings, folder: Path) -> DatabaseCopy:
    """Raises EchoesError."""
    return _copy_sqlite(settings, folder) if settings.is_sqlite else _copy_postgres(settings, folder)


def rows_of(session: Session) -> dict[str, int]:
    return {
        name: session.exec(select(func.count()).select_from(table)).one()
        for name, table in SQLModel.metadata.tables.items()
    }


@contextmanager
def opened(url: str) -> Iterator[Session]:
    """A session on a database that is not that of this process."""
    engine = make_engine(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _copy_sqlite(settings: Settings, folder: Path) -> DatabaseCopy:
    plain, compressed = folder / "echoes.db", folder / SQLITE_MEMBER
    sqlite.copy_sqlite(sqlite.database_file(settings), plain)
    with opened_copy(plain) as session:
        found = DatabaseCopy(compressed, named_files(session), rows_of(session))
    sqlite.compress(plain, compressed)
    plain.unlink()
    return found


@contextmanager
def opened_copy(path: Path) -> Iterator[Session]:
    """Of SQLite, without files beside it."""
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _copy_postgres(settings: Settings, folder: Path) -> DatabaseCopy:
    """The program reads what this transaction sees, so that counts, names and copy are of one moment."""
    path = folder / POSTGRES_MEMBER
    path.unlink(missing_ok=True)
    engine = make_engine(settings.database_url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            # The transaction is idle for as long as the program reads.
            connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            postgres.check_programs(connection)
            snapshot = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
            with Session(connection) as session:
                found = DatabaseCopy(path, named_files(session), rows_of(session))
                postgres.dump(settings.database_url, str(snapshot), path)
    finally:
        engine.dispose()
    return found
