"""Ownership filter of sessions, the second wall: one that acts for a user reaches nothing of others.

It holds for ORM statements. Raw SQL is for the third wall (`row_security`).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.engine import Connection
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, SQLModel, col

from echoes.database.row_security import act_as
from echoes.errors import InternalError
from echoes.models import AuthSession, Kept, MusicTrack, Owned, User

OWNER_CRITERIA = "echoes_owner_criteria"


class ForeignRow(InternalError):
    """A bug of ours: code tried to write a row of another user. Nothing was written."""

    code = "foreign_row"


class UserSession(Session):
    """One transaction on behalf of one user."""

    user_id: UUID

    @property
    def user(self) -> User:
        return self.get_one(User, self.user_id)


@event.listens_for(UserSession, "do_orm_execute")
def _add_owner_criterion(state: orm.ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if state.is_insert and state.is_orm_statement:
        raise ForeignRow("rows of a user are added one by one, so that their owner is checked")
    state.statement = state.statement.options(*_options(state.session, reading=state.is_select))


def _options(session: orm.Session, reading: bool) -> tuple[ExecutableOption, ...]:
    """Made once for a session: making them costs more than most queries."""
    known: dict[bool, tuple[ExecutableOption, ...]] = session.info.setdefault(OWNER_CRITERIA, {})
    if reading not in known:
        known[reading] = tuple(
            orm.with_loader_criteria(table, rows, include_aliases=True)
            for table, rows in _criteria(_user_of(session), reading)
        )
    return known[reading]


def _criteria(user_id: UUID, reading: bool) -> Iterator[tuple[type[SQLModel], sa.ColumnElement[bool]]]:
    for table in owned_tables():
        yield table, col(table.owner_id) == user_id
    yield User, col(User.id) == user_id
    yield AuthSession, col(AuthSession.user_id) == user_id
    own_track = col(MusicTrack.owner_id) == user_id
    yield MusicTrack, own_track | col(MusicTrack.owner_id).is_(None) if reading else own_track


@cache
def owned_tables() -> tuple[type[Owned] | type[Kept], ...]:
    tables: list[type[Owned] | type[Kept]] = [*Owned.__subclasses__(), *Kept.__subclasses__()]
    return tuple(table for table in tables if "__table__" in vars(table))


@event.listens_for(UserSession, "before_flush")
def _refuse_foreign_rows(session: orm.Session, *_: Any) -> None:
    user_id = _user_of(session)
    for row in (*session.new, *session.dirty, *session.deleted):
        if _owner_before(row) - {user_id} or _owner_now(row) != user_id:
            raise ForeignRow(f"{type(row).__name__} of {_owner_now(row)} in a session of {user_id}")


def _owner_now(row: Any) -> UUID | None:
    owner: UUID | None = row.id if isinstance(row, User) else getattr(row, "owner_id", None)
    return owner


def _owner_before(row: Any) -> set[UUID | None]:
    """A row that changes hands must have been the user's too."""
    name = "id" if isinstance(row, User) else "owner_id"
    history = sa.inspect(row).attrs
    return set(history[name].history.deleted) if name in history else set()


@event.listens_for(UserSession, "after_begin")
def _name_user_to_database(session: orm.Session, _: orm.SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        act_as(connection, _user_of(session))


def _user_of(session: orm.Session) -> UUID:
    return cast(UserSession, session).user_id
