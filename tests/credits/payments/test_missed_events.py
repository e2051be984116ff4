"""Missed webhook events: Stripe's list is read, and each has its effect once, whoever brought it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.credits.payments.webhook import NO_SENSE
from echoes.database import Database
from echoes.models import Order, OrderState, WebhookEvent, now
from tests.support.payments.missed_events import COMPLETED, DAY, Account, balances, deliver, look, stored
from tests.support.payments.stripe import (
    add_order,
    charge_of,
    dispute_of,
    refund_of,
    session_of,
)


@pytest.mark.slow
async def test_a_lost_refund_is_taken_back_once(
    database: Database, anna: UUID, account: Account, order: Order
) -> None:
    await deliver(account.happens(COMPLETED, session_of(order), ago=6 * DAY))
    account.happens("refund.created", refund_of(order, 4500), ago=5 * DAY)
    assert balances(database, anna) == (20, 0, 1)
    assert await look() == 1
    assert balances(database, anna) == (0, 0, 2)
    assert await look() == 0
    assert balances(database, anna) == (0, 0, 2)
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
    assert balances(database, anna)[:2] == (6, 0)
    account.happens("charge.dispute.closed", dispute_of(order, "won", 2250))
    assert await look() == 1
    assert balances(database, anna)[:2] == (16, 0)


async def test_what_was_delivered_has_no_second_effect(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    await deliver(account.happens(COMPLETED, session_of(order)))
    await deliver(account.happens("refund.created", refund_of(order, 2250)))
    before = [(row.id, row.handled_at) for row in stored(database)]
    assert await look() == 0
    assert balances(database, anna) == (10, 0, 2)
    assert [(row.id, row.handled_at) for row in stored(database)] == before


async def test_what_was_lost_and_comes_after_all_has_no_second_effect(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    late = account.happens(COMPLETED, session_of(order))
    assert await look() == 1
    assert await deliver(late)
    assert balances(database, anna) == (20, 0, 1)
    assert len(stored(database)) == 1


async def test_delivered_while_it_is_being_listed_it_counts_once(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    said = [account.happens(COMPLETED, session_of(order))]
    said += [account.happens("refund.created", refund_of(order, 450)) for _ in range(10)]
    await asyncio.gather(look(), *map(deliver, said))
    assert balances(database, anna)[:2] == (0, 0)
    assert len(stored(database)) == 11
    assert all(row.handled_at for row in stored(database))


async def test_one_that_cannot_be_read_keeps_no_other_waiting(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, session_of(order))
    account.happens("refund.created", refund_of(order, 450) | {"amount": None})
    account.stand_in.events += ["not even an object", {"type": "refund.created", "data": {"object": {}}}]
    account.happens("refund.created", refund_of(order, 450))["id"] = None
    account.happens("refund.created", refund_of(order, 2250))
    assert await look() == 3, "the one without an amount is brought in too, and ends as making no sense"
    assert balances(database, anna)[:2] == (10, 0)
    (bad,) = [row for row in stored(database) if row.outcome.startswith(NO_SENSE)]
    assert bad.handled_at is not None


@pytest.mark.slow
async def test_one_whose_handling_failed_is_tried_again_for_three_days(
    database: Database, anna: UUID, account: Account, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody delivers it again: our endpoint may not even be told of its kind."""
    account.happens(COMPLETED, session_of(order), ago=6 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr("echoes.credits.rewards.on_first_purchase", fail)
        assert await look() == 0
    assert balances(database, anna) == (0, 0, 0)
    assert len(account.looks()) == 30
    await look()
    assert balances(database, anna) == (0, 0, 0), "the webhook may be at it this very minute"
    for age, balance in ((timedelta(days=4), 0), (timedelta(hours=1), 20)):
        with database.unscoped() as session:
            session.exec(select(WebhookEvent)).one().created_at = now() - age
        await look()
        assert balances(database, anna)[0] == balance


def fail(*_: object) -> None:
    raise RuntimeError("the disk is on fire")


async def test_money_of_other_programs_moves_nothing_here(
    database: Database, anna: UUID, account: Account, order: Order, looked: None
) -> None:
    account.happens(COMPLETED, {"id": "cs_other", "object": "checkout.session", "metadata": {}})
    account.happens("refund.created", {"id": "re_other", "payment_intent": "pi_other", "amount": 5})
    assert await look() == 2
    assert balances(database, anna) == (0, 0, 0)


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
