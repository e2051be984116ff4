"""Preflight checks: data folder and database are looked at before a process needs them.

What is wrong is said in a sentence, with what to do; `echoes doctor` says the same.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from echoes.database import Database, get_database
from echoes.database.migrations import heads_of, is_compatible, our_heads, our_revisions
from echoes.errors import InternalError, StorageUnavailable
from echoes.models import User
from echoes.settings import MEGABYTE, Settings
from echoes.storage import get_storage
from echoes.storage.disk import NO_ROOM

logger = logging.getLogger(__name__)

LEAST_ROOM = 64 * MEGABYTE
"""With less, the first photograph fails, and soon the database."""
PROBE = b"Echoes" * 1000
OURS = ("echoes.db", "echoes.db-wal", "echoes.db-shm", "engine.lock", "secret.key")
MIGRATE = "Run `make migrate`, or `alembic upgrade head`."
OF_A_NEWER_ONE = "A newer version of Echoes wrote it: start that one, or restore an earlier backup."
LET_IN = "Give the account that runs Echoes permission to write there, or name another ECHOES_DATA_DIR."


logger = logging.getLogger(__name__)


class CannotStart(InternalError):
    """A sentence, and what to do about it."""

    code = "cannot_start"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.reason[0].upper()}{self.reason[1:]}. {self.advice}"


def run_checks(settings: Settings) -> None:
    """Raises CannotStart."""
    check_data_folder(settings)
    check_database(settings)
    check_bucket(settings)


def check_bucket(settings: Settings) -> None:
    """What only an operator can change keeps us from starting; a service that is away for a moment does not.
    Raises CannotStart."""
    if settings.storage != "s3":
        return
    try:
        get_storage().probe()
    except StorageUnavailable as error:
        if error.is_lasting:
            raise CannotStart(
                f"bucket {settings.s3_bucket} cannot be used: {error.cause}", error.advice
            ) from error
        logger.warning("starting all the same: files cannot be reached until the service answers")


def check_data_folder(settings: Settings) -> None:
    """Makes nothing that stays. Raises CannotStart."""
    ours = settings.storage_cache_dir if settings.storage == "s3" else settings.files_dir
    folders = (settings.data_dir, ours, settings.incoming_dir, settings.work_dir)
    with _machine_in_words(settings.data_dir):
        places = list(dict.fromkeys(map(nearest, (*folders, settings.cache_dir))))
        for place in places:
            _probe(place)
        for path in (settings.data_dir / name for name in OURS):
            if path.exists() and not os.access(path, os.R_OK | os.W_OK):
                raise CannotStart(f"{path} belongs to another account and cannot be written to", LET_IN)
        short_of_room = [place for place in places if shutil.disk_usage(place).free < LEAST_ROOM]
    if short_of_room:
        raise CannotStart(f"there is no room left in {short_of_room[0]}", _make_room())


def check_database(settings: Settings) -> None:
    """That it is there, answers, and has its tables as this Echoes knows them. Raises CannotStart."""
    if not has_database(settings):
        place = sa.make_url(settings.database_url).database
        raise CannotStart(f"there is no database yet at {place}", MIGRATE)
    database = _database(settings)
    with answering("ECHOES_DATABASE_URL"), database.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        has_tables = sa.inspect(connection).has_table(str(User.__tablename__))
        if not has_tables:
            raise CannotStart("the database is empty", MIGRATE)
        _check_revision(connection)
    if database.app_engine is not database.engine:
        with answering("ECHOES_APP_DATABASE_URL"), database.app_engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))


def _check_revision(connection: sa.Connection) -> None:
    """During an upgrade an older Echoes may start too, as long as nothing that it uses was taken away."""
    heads = heads_of(connection)
    found, wanted = (", ".join(sorted(names)) or "none" for names in (heads, our_heads()))
    if heads - our_revisions().keys():
        if is_compatible(connection, heads):
            logger.warning(
                "the database was migrated by a newer Echoes, to revision %s; this one can work with it",
                found,
            )
            return
        raise CannotStart(
            f"the database stands at revision {found}, which this version of Echoes does not know",
            OF_A_NEWER_ONE,
        )
    if heads != our_heads():
        raise CannotStart(f"the database stands at revision {found}, and Echoes needs {wanted}", MIGRATE)


def has_database(settings: Settings) -> bool:
    """SQLite makes a file of whatever it is asked for; PostgreSQL says itself what it has."""
    return not settings.is_sqlite or Path(str(sa.make_url(settings.database_url).database)).is_file()


@contextmanager
def answering(setting: str) -> Iterator[None]:
    """A database that cannot be reached, or not be written to, in words."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
        raise CannotStart(
            f"the database does not answer: {said}", f"Is it running, and is {setting} right?"
        ) from error


def nearest(folder: Path) -> Path:
    """Itself, or what is there of the way to it."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _database(settings: Settings) -> Database:
    with _machine_in_words(settings.data_dir), answering("ECHOES_DATABASE_URL"):
        return get_database()


def _probe(folder: Path) -> None:
    if not folder.is_dir():
        advice = "Move that file away, or name another ECHOES_DATA_DIR."
        raise CannotStart(f"{folder} is not a folder, and it needs to be one", advice)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as file:
        file.write(PROBE)
        file.flush()


@contextmanager
def _machine_in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = Path(error.filename).parent if str(error.filename or "").count(".probe-") else folder
        if error.errno in NO_ROOM:
            raise CannotStart(f"there is no room left in {place}", _make_room()) from error
        raise CannotStart(f"{place} cannot be written to: {error.strerror}", LET_IN) from error


def _make_room() -> str:
    return f"Free some space: Echoes needs {LEAST_ROOM // MEGABYTE} MB to start, and much more to work."
