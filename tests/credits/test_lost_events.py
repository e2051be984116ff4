"""Events that never came: Stripe's list is read, and each has its effect once, whoever brought it."""

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.credits import ledger, lost_events, webhook
from echoes.credits.events import HANDLERS
from echoes.credits.lost_events import look_for_lost
from echoes.database import Database
from echoes.models import CreditEntry, Order, OrderState, Setting, WebhookEvent, now
from echoes.settings import get_settings
from tests.support.payments import (
    Event,
    StripeStandIn,
    add_order,
    charge_of,
    dispute_of,
    event,
    refund_of,
    session_of,
)

HOUR, DAY = 3600, 86_400
COMPLETED = "checkout.session.completed"


class Account:
    """What happens at Stripe; whether we are told is another matter."""

    def __init__(self, stand_in: StripeStandIn) -> None:
        self.stand_in = stand_in

    def happens(self, kind: str, about: dict[str, Any], ago: float = HOUR) -> Event:
        made = event(kind, about, created=int(time.time() - ago))
        self.stand_in.events.append(made)
        return made

    def looks(self) -> list[dict[str, str]]:
        return [asked for _, path, asked in self.stand_in.asked if path == "/v1/events"]


@pytest.fixture
def account(database: Database, stripe_stand_in: StripeStandIn) -> Account:
    return Account(stripe_stand_in)


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


@pytest.fixture
def looked(database: Database) -> None:
    """Not for the first time, so that one request is one look."""
    with database.unscoped() as session:
        _mark(session.add, timedelta(hours=1))


def _mark(add: Any, age: timedelta) -> None:
    until = int((now() - age).timestamp())
    add(Setting(name=lost_events.LOOKED_UNTIL, version=1, value={"until": until}))


async def deliver(said: Event) -> bool:
    return await webhook.receive(get_settings(), b"", said)


async def look() -> int:
    return await look_for_lost(get_settings())


def purse(database: Database, user: UUID) -> tuple[int, int, int]:
    """Balance, debt, and how many entries led there."""
    with database.reading() as session:
        person = ledger.lock(session, user)
        assert ledger.differences(session) == []
        return person.balance, person.debt, len(session.exec(select(CreditEntry)).all())


def stored(database: Database) -> list[WebhookEvent]:
    with database.reading() as session:
        return list(session.exec(select(WebhookEvent).order_by(col(WebhookEvent.id))))


@pytest.mark.slow
async def test_a_lost_refund_is_taken_back_once(
    database: Database, anna: UUID, account: Account, order: Order
) -> None:
    await deliver(account.happens(COMPLETED, session_of(order), ago=6 * DAY))
    account.happens("refund.created", refund_of(order, 4500), ago=5 * DAY)
    assert purse(database, anna) == (20, 0, 1)
    assert await look() == 1
    assert purse(database, anna) == (0, 0, 2)
    assert await look() == 0
    assert purse(database, anna) == (0, 0, 2)
    with database.reading() as session:
        assert session.get_one(Order, order.id).state == OrderState.REFUNDED


@pytest.mark.slow
async def test_whole_weeks_that_were_lost_end_as_if_they_had_not_been(
    database: Database, anna: UUID, account: Account, order: Order
) -> None:
    account.happens(COMPLETED, session_of(order), ago=20 * DAY)
    account.happens("charge.refunded", charge_of(order, refunded=900), ago=15 * DAY)
    account.happens("refund.created", refund_of(order, 900, "pending", "first"), ago=15 * DAY)
    account.happens("refund.updated", refund_of(order, 900, "succeeded", "first"), ago=14 * DAY)
    account.happens("charge.dispute.created", dispute_of(order, "needs_response", 2250), ago=9 * DAY)
    assert await look() == 5
    assert purse(database, anna)[:2] == (6, 0)
    account.happens("charge.dispute.closed", dispute_of(order, "won", 2250))
    assert await look() == 1
    assert purse(database, anna)[:2] == (16, 0)


async def test_what_was_delivered_has_no_second_effect(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    await deliver(account.happens(COMPLETED, session_of(order)))
    await deliver(account.happens("refund.created", refund_of(order, 2250)))
    before = [(row.id, row.handled_at) for row in stored(database)]
    assert await look() == 0
    assert purse(database, anna) == (10, 0, 2)
    assert [(row.id, row.handled_at) for row in stored(database)] == before


async def test_what_was_lost_and_comes_after_all_has_no_second_effect(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    late = account.happens(COMPLETED, session_of(order))
    assert await look() == 1
    assert await deliver(late)
    assert purse(database, anna) == (20, 0, 1)
    assert len(stored(database)) == 1


async def test_delivered_while_it_is_being_listed_it_counts_once(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    said = [account.happens(COMPLETED, session_of(order))]
    said += [account.happens("refund.created", refund_of(order, 450)) for _ in range(10)]
    await asyncio.gather(look(), *map(deliver, said))
    assert purse(database, anna)[:2] == (0, 0)
    assert len(stored(database)) == 11
    assert all(row.handled_at for row in stored(database))


async def test_all_pages_are_read(
    database: Database,
    anna: UUID,
    account: Account,
    order: Order,
    looked: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lost_events, "PAGE", 3)
    account.happens(COMPLETED, session_of(order))
    for _ in range(7):
        account.happens("refund.created", refund_of(order, 225))
    assert await look() == 8
    assert purse(database, anna)[:2] == (13, 0)
    assert len(account.looks()) == 3
    kinds = {value for asked in account.looks() for name, value in asked.items() if name.startswith("types")}
    assert kinds == set(HANDLERS), "also when the next page is asked for"


async def test_one_that_cannot_be_read_keeps_no_other_waiting(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, session_of(order))
    account.happens("refund.created", refund_of(order, 450) | {"amount": None})
    account.stand_in.events += ["not even an object", {"type": "refund.created", "data": {"object": {}}}]
    account.happens("refund.created", refund_of(order, 450))["id"] = None
    account.happens("refund.created", refund_of(order, 2250))
    assert await look() == 2
    assert purse(database, anna)[:2] == (10, 0)
    (bad,) = [row for row in stored(database) if row.handled_at is None]
    assert bad.outcome.startswith("failed: Unreadable")


@pytest.mark.slow
async def test_one_whose_handling_failed_is_tried_again_for_three_days(
    database: Database, anna: UUID, account: Account, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody delivers it again: our endpoint may not even be told of its kind."""
    account.happens(COMPLETED, session_of(order), ago=6 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr("echoes.credits.rewards.on_first_purchase", fail)
        assert await look() == 0
    assert purse(database, anna) == (0, 0, 0)
    assert len(account.looks()) == 30
    await look()
    assert purse(database, anna) == (0, 0, 0), "the webhook may be at it this very minute"
    for age, balance in ((timedelta(days=4), 0), (timedelta(hours=1), 20)):
        with database.unscoped() as session:
            session.exec(select(WebhookEvent)).one().created_at = now() - age
        await look()
        assert purse(database, anna)[0] == balance


def fail(*_: object) -> None:
    raise RuntimeError("the disk is on fire")


@pytest.mark.slow
async def test_while_stripe_is_down_nothing_is_lost_and_nothing_fails(
    database: Database, anna: UUID, account: Account, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    account.happens(COMPLETED, session_of(order), ago=2 * DAY)
    account.stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
    assert await look() == 0
    assert "cannot be asked for events" in caplog.text
    assert await look() == 1
    assert purse(database, anna)[0] == 20


@pytest.mark.slow
async def test_a_look_that_is_broken_off_goes_on_where_it_was(
    database: Database, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = lost_events._pages
    asked: list[float] = []

    async def break_off(client: Any, since: Any, end: Any) -> Any:
        if len(asked) == 10:
            account.stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
        asked.append(since.timestamp())
        async for page in pages(client, since, end):
            yield page

    monkeypatch.setattr(lost_events, "_pages", break_off)
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
    assert first == pytest.approx(time.time() - 2 * HOUR, abs=30)
    assert second == pytest.approx(time.time() - HOUR - 600, abs=30)


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
            _mark(session.add, age)
    await look()
    starts = [int(asked["created[gte]"]) for asked in account.looks()]
    assert len(starts) == 30
    assert starts[0] == pytest.approx(time.time() - 30 * DAY - 600, abs=30)
    ends = [int(asked["created[lt]"]) for asked in account.looks()]
    assert ends[:-1] == starts[1:], "without a gap"


async def test_without_stripe_nobody_is_asked(database: Database) -> None:
    assert await look() == 0
    with database.reading() as session:
        assert session.exec(select(Setting)).all() == []


async def test_money_of_other_programs_moves_nothing_here(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, {"id": "cs_other", "object": "checkout.session", "metadata": {}})
    account.happens("refund.created", {"id": "re_other", "payment_intent": "pi_other", "amount": 5})
    assert await look() == 2
    assert purse(database, anna) == (0, 0, 0)


async def test_names_and_addresses_are_not_kept_either(
    database: Database, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, session_of(order))
    await look()
    assert "Example" not in str([row.payload for row in stored(database)])


async def test_of_somebody_who_is_gone_no_event_keeps_its_content(
    database: Database, account: Account, looked: None
) -> None:
    """What they bought went back unheard, and then they left."""
    with database.unscoped() as session:
        gone = add_order(session, None, stripe_payment_id="pi_of_nobody")
    account.happens("charge.updated", charge_of(gone))
    account.happens("refund.created", refund_of(gone, 900) | {"payment_intent": "pi_of_nobody"})
    account.happens(COMPLETED, session_of(gone, client_reference_id=None, metadata={}))
    assert await look() == 3
    assert [row.payload for row in stored(database)] == [{"erased": True}] * 3
    with database.reading() as session:
        assert session.get_one(Order, gone.id).returned_cents == 900


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
