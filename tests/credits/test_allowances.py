"""The monthly allowance: exactly once a month for each person, whoever runs the job, and how often."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes import operator_settings
from echoes.credits import allowances, ledger
from echoes.database import Database
from echoes.models import CreditEntry, now
from echoes.operator_settings import Allowances
from echoes.settings import get_settings
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import ON_SQLITE, Join

NOVEMBER, DECEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def five_a_month(books: Database) -> None:
    with books.unscoped() as session:
        operator_settings.write(session, Allowances(monthly_credits=5), None)


def balance(books: Database, user: UUID) -> int:
    with books.reading() as session:
        assert ledger.differences(session) == []
        return ledger.balance_of(session, user)


def test_each_month_once(books: Database, join: Join, five_a_month: None) -> None:
    anna, paul = join("Anna"), join("Paul")
    assert allowances.give_monthly(NOVEMBER) == 2
    assert allowances.give_monthly(NOVEMBER) == 0
    rosa = join("Rosa")
    assert allowances.give_monthly(NOVEMBER) == 1, "who joins in the month has it too"
    assert allowances.give_monthly(DECEMBER) == 3
    assert [balance(books, user) for user in (anna, paul, rosa)] == [10, 10, 10]
    with books.reading() as session:
        notes = session.exec(select(CreditEntry.note).where(col(CreditEntry.owner_id) == rosa))
        assert sorted(notes) == ["Your credits for December 2026", "Your credits for November 2026"]


def test_several_workers_at_once_give_it_once(books: Database, join: Join, five_a_month: None) -> None:
    people = [join(f"Guest {number}") for number in range(5)]

    def give() -> str:
        allowances.give_monthly(NOVEMBER)
        return "done"

    assert all_at_once([give] * 4) == {"done": 4}
    assert [balance(books, user) for user in people] == [5] * 5


@ON_SQLITE
def test_more_people_than_a_batch(
    books: Database, join: Join, five_a_month: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "BATCH", 2)
    for number in range(5):
        join(f"Guest {number}")
    assert allowances.give_monthly(NOVEMBER) == 5


@ON_SQLITE
def test_who_is_suspended_or_leaving_gets_none(books: Database, join: Join, five_a_month: None) -> None:
    join("Anna", suspended_at=now())
    join("Paul", deletes_at=now() + timedelta(days=3))
    assert allowances.give_monthly(NOVEMBER) == 0


@ON_SQLITE
def test_a_debt_is_paid_first(books: Database, join: Join, five_a_month: None) -> None:
    anna = join("Anna")
    with books.unscoped() as session:
        ledger.claw_back(session, anna, ledger.Movement("reversal", 3, "audit:1", "Back"))  # type: ignore[arg-type]
    allowances.give_monthly(NOVEMBER)
    assert balance(books, anna) == 2


@ON_SQLITE
def test_where_there_is_none_or_clips_are_free_nothing_is_given(
    books: Database, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = join("Anna")
    assert allowances.give_monthly(NOVEMBER) == 0
    with books.unscoped() as session:
        operator_settings.write(session, Allowances(monthly_credits=5), None)
    monkeypatch.setenv("ECHOES_CREDITS", "free")
    monkeypatch.setenv("ECHOES_PAYMENTS", "none")
    get_settings.cache_clear()
    assert allowances.give_monthly(NOVEMBER) == 0
    assert balance(books, anna) == 0
