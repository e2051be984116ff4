"""Reading Stripe's event list: all of it, in slices, from where the last time ended."""

import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.credits.payments import missed_events
from echoes.credits.payments.events import HANDLERS
from echoes.database import Database
from echoes.models import Order, Setting
from tests.support.payments.missed_events import COMPLETED, DAY, HOUR, Account, balances, look, mark, stored
from tests.support.payments.stripe import (
    refund_of,
    session_of,
)


async def test_all_pages_are_read(
    database: Database,
    anna: UUID,
    account: Account,
    order: Order,
    looked: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(missed_events, "PAGE", 3)
    account.happens(COMPLETED, session_of(order))
    for _ in range(7):
        account.happens("refund.created", refund_of(order, 225))
    assert await look() == 8
    assert balances(database, anna)[:2] == (13, 0)
    assert len(account.looks()) == 3
    kinds = {value for asked in account.looks() for name, value in asked.items() if name.startswith("types")}
    assert kinds == set(HANDLERS), "also when the next page is asked for"


@pytest.mark.slow
async def test_while_stripe_is_down_nothing_is_lost_and_nothing_fails(
    database: Database, anna: UUID, account: Account, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    account.happens(COMPLETED, session_of(order), ago=2 * DAY)
    account.stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
    assert await look() == 0
    assert "cannot be asked for events" in caplog.text
    assert await look() == 1
    assert balances(database, anna)[0] == 20


@pytest.mark.slow
async def test_a_look_that_is_broken_off_goes_on_where_it_was(
    database: Database, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = missed_events._pages
    asked: list[float] = []

    async def break_off(client: Any, since: Any, end: Any) -> Any:
        if len(asked) == 10:
            account.stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
        asked.append(since.timestamp())
        async for page in pages(client, since, end):
            yield page

    monkeypatch.setattr(missed_events, "_pages", break_off)
    await look()
    assert len(asked) == 11
    await look()
    assert asked[11] == pytest.approx(asked[10] - HOUR, abs=2)
    assert len(asked) == 11 + 21


async def test_a_key_that_may_not_read_events_is_named(
    account: Account, looked: None, caplog: pytest.LogCaptureFixture
) -> None:
    refused = {"error": {"type": "invalid_request_error", "message": "rak_event_read is missing"}}
    account.stand_in.failures = [(403, refused)]
    assert await look() == 0
    assert "may not read Events" in caplog.text


async def test_a_look_begins_an_hour_before_the_last_one_ended(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    """Clocks differ, and Stripe may list an event late."""
    await look()
    account.happens(COMPLETED, session_of(order), ago=HOUR)
    assert await look() == 1
    first, second = (int(asked["created[gte]"]) for asked in account.looks())
    assert first == pytest.approx(time.time() - 2 * HOUR, abs=300)
    assert second == pytest.approx(time.time() - HOUR - 600, abs=300)


async def test_what_is_ten_minutes_young_is_left_to_the_webhook(
    database: Database, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, session_of(order), ago=9 * 60)
    assert await look() == 0
    assert stored(database) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "age", [None, timedelta(days=400), -timedelta(days=400)], ids=["none yet", "long ago", "in the future"]
)
async def test_at_most_thirty_days_are_looked_at(
    database: Database, account: Account, age: timedelta | None
) -> None:
    """A mark in the future was made by a clock that was wrong: nobody knows what was seen."""
    if age is not None:
        with database.unscoped() as session:
            mark(session.add, age)
    await look()
    starts = [int(asked["created[gte]"]) for asked in account.looks()]
    assert len(starts) == 30
    assert starts[0] == pytest.approx(time.time() - 30 * DAY - 600, abs=300)
    ends = [int(asked["created[lt]"]) for asked in account.looks()]
    assert ends[:-1] == starts[1:], "without a gap"


async def test_without_stripe_nobody_is_asked(database: Database) -> None:
    assert await look() == 0
    with database.reading() as session:
        assert session.exec(select(Setting)).all() == []


async def test_operators_read_what_the_webhook_missed(
    account: Account, order: Order, looked: None, caplog: pytest.LogCaptureFixture
) -> None:
    for part in (100, 200):
        account.happens("refund.created", refund_of(order, part))
    account.happens("charge.refund.updated", refund_of(order, 100, which="old"))
    with caplog.at_level(logging.WARNING):
        await look()
    assert caplog.messages[-1].endswith(": 2 refund.created"), caplog.messages


def test_all_kinds_fit_into_one_request() -> None:
    assert len(HANDLERS) <= 20, "Stripe takes twenty at most"
