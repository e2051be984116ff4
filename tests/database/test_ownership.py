"""Ownership filter (wall 2): a session for one user reaches no rows of another. Every table is walked.

On SQLite it stands alone; on PostgreSQL the third wall stands behind it (test_row_security tests that alone).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, SQLModel, col, delete, select, update

from echoes.database import Database, ForeignRow
from echoes.database.ownership import owned_tables
from echoes.models import (
    AuthSession,
    Clip,
    CreditEntry,
    JobEvent,
    Kept,
    MusicTrack,
    Owned,
    Photo,
    Project,
    ShareView,
    Take,
    User,
    new_id,
    now,
)
from tests.database.owned_rows import Rows, fill


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    name = "walled" if request.param == "postgresql" else "database"
    opened: Database = request.getfixturevalue(name)
    return opened


@pytest.fixture
def rows(database: Database, anna: UUID) -> Rows:
    with database.unscoped() as session:
        return fill(session, anna)


GUARDED = [*owned_tables(), MusicTrack]
WRITTEN_ONCE = {CreditEntry, JobEvent, ShareView}
Misuse = Callable[[Session, Any], None]


def changed(database: Database, user: UUID, statement: Any) -> int:
    """How many rows. Where the third wall stands behind, it may refuse the whole statement instead."""
    try:
        with database.acting_as(user) as session:
            return int(session.exec(statement).rowcount)
    except ProgrammingError as error:
        assert "permission denied" in str(error)  # noqa: PT017 -- a refusal is one of two good answers
        return 0


def change(_: Session, row: Any) -> None:
    row.created_at = now()


def remove(session: Session, row: Any) -> None:
    session.delete(row)


def test_the_walk_knows_every_table_that_has_an_owner(rows: Rows) -> None:
    with_owner = {m.class_ for m in SQLModel._sa_registry.mappers if "owner_id" in m.columns}
    assert with_owner == set(GUARDED) == set(rows)
    assert set(owned_tables()) == {t for t in with_owner if issubclass(t, Owned | Kept)}


@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.__name__)
class TestAStranger:
    def test_finds_nothing(self, table: Any, database: Database, rows: Rows, stranger: UUID) -> None:
        with database.reading_as(stranger) as session:
            assert session.get(table, rows[table].id) is None
            assert session.exec(select(table)).all() == []
            assert session.exec(select(table.id).where(table.id == rows[table].id)).all() == []

    def test_changes_nothing(self, table: Any, database: Database, rows: Rows, stranger: UUID) -> None:
        for statement in (update(table).values(created_at=now()), delete(table)):
            assert changed(database, stranger, statement) == 0

    def test_cannot_add_a_row_for_another(
        self, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        copy = table(**rows[table].model_dump() | {"id": new_id()})
        with pytest.raises(ForeignRow), database.acting_as(stranger) as session:
            session.add(copy)

    @pytest.mark.parametrize("misuse", [change, remove])
    def test_cannot_save_or_delete_a_row_that_slipped_in(
        self, misuse: Misuse, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(stranger) as session:
            session.add(rows[table])
            misuse(session, rows[table])
            session.flush()


@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.__name__)
class TestTheOwner:
    def test_finds_and_changes_the_row(self, table: Any, database: Database, rows: Rows, anna: UUID) -> None:
        with database.acting_as(anna) as session:
            assert session.get_one(table, rows[table].id).owner_id == anna
        if table not in WRITTEN_ONCE:
            assert changed(database, anna, update(table).values(created_at=now())) == 1

    def test_cannot_give_it_away(
        self, table: Any, database: Database, rows: Rows, anna: UUID, stranger: UUID
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(anna) as session:
            session.get_one(table, rows[table].id).owner_id = stranger

    def test_cannot_insert_past_the_check(
        self, table: Any, database: Database, rows: Rows, anna: UUID
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(anna) as session:
            session.exec(sa.insert(table).values(**rows[table].model_dump() | {"id": new_id()}))


def test_bundled_music_is_everybodys_to_read_and_nobodys_to_change(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        session.add(
            MusicTrack(title="Tender", duration=1, size_bytes=1, audio_key="k", media_type="audio/mp4")
        )
    with database.acting_as(anna) as session:
        (track,) = session.exec(select(MusicTrack)).all()
        assert session.exec(delete(MusicTrack)).rowcount == 0
    with pytest.raises(ForeignRow), database.acting_as(anna) as session:
        session.get_one(MusicTrack, track.id).title = "Mine"


def test_a_user_sees_of_users_and_sessions_only_their_own(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    with database.unscoped() as session:
        session.add(AuthSession(user_id=anna, token_hash=str(new_id()), expires_at=now()))
    with database.reading_as(stranger) as session:
        assert [user.id for user in session.exec(select(User))] == [stranger]
        assert session.exec(select(AuthSession)).all() == []
        assert session.exec(select(User).where(col(User.id) == anna)).all() == []


def test_joins_and_aliases_are_guarded_too(database: Database, rows: Rows, stranger: UUID) -> None:
    with database.reading_as(stranger) as session:
        joined = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id))
        assert session.exec(joined).all() == []
        alias = sa.orm.aliased(Photo)
        assert session.exec(select(alias)).all() == []


def test_a_reading_session_refuses_to_write(database: Database, anna: UUID) -> None:
    with pytest.raises(RuntimeError, match="reading"), database.reading_as(anna) as session:
        session.add(Project(owner_id=anna, title="x"))
