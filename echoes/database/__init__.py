"""Database access: engines, sessions, ownership; the only way to rows.

    with get_database().acting_as(user_id) as session: …    one transaction on behalf of a user
    with get_database().reading_as(user_id) as session: …   the same, without the right to write
    with get_database().unscoped() as session: …            for jobs, sign-in and housekeeping alone
    with get_database().reading() as session: …             the same, without the right to write

Leaving the block commits; an exception rolls back. Services never commit.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import orm
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from echoes.database.engine import READ_ONLY, make_engine, make_system_engine
from echoes.database.notifications import notifications_of
from echoes.database.ownership import ForeignRow, UserSession
from echoes.errors import ReadOnly, StorageFull
from echoes.settings import get_settings

__all__ = ["Database", "ForeignRow", "UserSession", "after_commit", "get_database"]

AFTER_COMMIT = "echoes_after_commit"

logger = logging.getLogger(__name__)
POSTGRES_DISK_FULL = "53100"
SQLITE_PRIMARY_CODE = 0xFF
"""Of an extended one, which says more of the same."""


class Database:
    def __init__(self, url: str, app_url: str = "") -> None:
        """`app_url` signs in as a role that may do what users may, so that nothing leads back from there."""
        self.url = url
        self.engine = make_engine(url)
        self.app_engine = make_engine(app_url) if app_url else self.engine
        self.system_engine = make_system_engine(url)
        self.notifications = notifications_of(self.engine)

    @contextmanager
    def acting_as(self, user_id: UUID) -> Iterator[UserSession]:
        """Raises StorageFull when the database has no room left, ReadOnly when it may not be written."""
        with _full_disk_in_words(), self._user_session(user_id) as session, _transaction(session):
            yield session
        self.notifications.committed()

    @contextmanager
    def reading_as(self, user_id: UUID) -> Iterator[UserSession]:
        with self._user_session(user_id) as session:
            session.connection(execution_options={READ_ONLY: True})
            yield session
            if session.new or session.dirty or session.deleted:
                raise RuntimeError("a reading session was written to")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Sees everybody's rows: for finding out who acts, for jobs and for operators."""
        with Session(self.engine) as session:
            session.connection(execution_options={READ_ONLY: True})
            yield session

    @contextmanager
    def unscoped(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, _transaction(session):
            yield session
        self.notifications.committed()

    def dispose(self) -> None:
        self.notifications.close()
        self.engine.dispose()
        self.app_engine.dispose()
        self.system_engine.dispose()

    @contextmanager
    def _user_session(self, user_id: UUID) -> Iterator[UserSession]:
        with UserSession(self.app_engine, expire_on_commit=False) as session:
            session.user_id = user_id
            yield session


def after_commit(session: orm.Session, call: Callable[[], Any]) -> None:
    """Files go only when the rows that named them are gone for good."""
    session.info.setdefault(AFTER_COMMIT, []).append(call)


@contextmanager
def _full_disk_in_words() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & SQLITE_PRIMARY_CODE
        if code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == POSTGRES_DISK_FULL:
            raise StorageFull from error
        if code == sqlite3.SQLITE_READONLY:
            raise ReadOnly from error
        raise


@contextmanager
def _transaction(session: orm.Session) -> Iterator[None]:
    with session.begin():
        yield
    for call in session.info.pop(AFTER_COMMIT, ()):
        _afterwards(call)


def _afterwards(call: Callable[[], Any]) -> None:
    """What was asked for is done and committed; to answer with an error now would be a lie."""
    try:
        call()
    except Exception:
        logger.exception("what follows a commit failed; housekeeping cleans up files that stayed")


@cache
def get_database() -> Database:
    """The database of this process."""
    settings = get_settings()
    return Database(settings.database_url, settings.app_database_url)
