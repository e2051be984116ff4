"""Transactions on SQLite: no lost updates, no torn ones, files only after the rows are gone."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from echoes.database import Database, after_commit
from echoes.errors import StorageFull
from echoes.models import Project, User


def test_read_then_write_in_parallel_loses_no_update(database: Database, anna: UUID) -> None:
    def increment(_: int) -> None:
        with database.acting_as(anna) as session:
            session.user.revision += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(40)))
    with database.reading_as(anna) as session:
        assert session.user.revision == 40


def test_a_reader_does_not_wait_for_a_writer(database: Database, anna: UUID) -> None:
    with database.acting_as(anna) as writer:
        writer.user.name = "Changed"
        writer.flush()
        with database.reading_as(anna) as reader:
            assert reader.user.name == "Anna"


def test_an_exception_rolls_everything_back(database: Database, anna: UUID) -> None:
    with pytest.raises(ZeroDivisionError), database.acting_as(anna) as session:
        session.user.name = "Changed"
        session.flush()
        _ = 1 / 0
    with database.reading_as(anna) as session:
        assert session.user.name == "Anna"


def test_calls_for_after_the_commit_run_only_if_it_came(database: Database, anna: UUID) -> None:
    calls: list[str] = []
    with pytest.raises(ZeroDivisionError), database.acting_as(anna) as session:
        after_commit(session, lambda: calls.append("never"))
        _ = 1 / 0
    with database.acting_as(anna) as session:
        after_commit(session, lambda: calls.append("after"))
        assert calls == []
    assert calls == ["after"]


def test_a_file_that_cannot_be_deleted_undoes_nothing_and_holds_up_nothing(
    database: Database, anna: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise PermissionError("not your file")

    calls: list[str] = []
    with database.acting_as(anna) as session:
        session.user.name = "Anna Maria"
        after_commit(session, fail)
        after_commit(session, lambda: calls.append("the next"))
    assert calls == ["the next"]
    assert "not your file" in caplog.text
    with database.reading_as(anna) as session:
        assert session.user.name == "Anna Maria"


def test_times_come_back_in_utc(database: Database, anna: UUID) -> None:
    with database.reading() as session:
        created_at = session.exec(select(User.created_at).where(col(User.id) == anna)).one()
    assert created_at.utcoffset() is not None


def test_a_full_disk_is_said_in_words_and_loses_nothing(database: Database, anna: UUID) -> None:
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    @sa.event.listens_for(database.engine, "begin")
    def allow_no_more(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StorageFull), database.acting_as(anna) as session:
        for _ in range(200):
            session.add(Project(owner_id=anna, title="x" * 80))
        session.flush()
    with database.reading_as(anna) as session:
        assert session.user.name == "Anna"
        assert session.exec(select(Project)).all() == []
