"""One backup at a time: a lock of the data folder, or of the PostgreSQL database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from echoes.database.engine import make_engine
from echoes.errors import Refused
from echoes.settings import Settings
from echoes.storage.disk import make_folder

BUSY = "Another backup is being made just now. Wait until it has ended."
KEY = "hashtext('echoes backup')"


@contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Held until this process ends, at the latest. Raises Refused."""
    with _file_lock(settings) if settings.is_sqlite else _advisory_lock(settings):
        yield


@contextmanager
def _file_lock(settings: Settings) -> Iterator[None]:
    make_folder(settings.data_dir)
    with (settings.data_dir / "backup.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(BUSY) from error
        yield


@contextmanager
def _advisory_lock(settings: Settings) -> Iterator[None]:
    engine = make_engine(settings.database_url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(sa.text(f"SELECT pg_try_advisory_lock({KEY})")):
                raise Refused(BUSY)
            yield
    finally:
        engine.dispose()  # And closes the session, which ends the lock.
