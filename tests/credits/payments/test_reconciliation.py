"""Reconciliation of orders whose webhook was lost: Stripe is asked, and no credit is lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from echoes.credits.payments import reconciliation
from echoes.credits.payments.reconciliation import reconcile
from echoes.database import Database
from echoes.models import Order, OrderState, User, now
from echoes.settings import get_settings
from tests.support.payments.stripe import StripeStandIn, add_order, charge_of, payment_id_of, session_of

pytestmark = pytest.mark.slow

LONG_AGO, JUST_NOW = timedelta(minutes=11), timedelta(minutes=9)


def pending(database: Database, user: UUID, age: timedelta = LONG_AGO, **facts: Any) -> Order:
    with database.unscoped() as session:
        return add_order(session, user, created_at=now() - age, **facts)


def state(database: Database, order: Order) -> OrderState:
    with database.reading() as session:
        return session.get_one(Order, order.id).state


def balance(database: Database, user: UUID) -> int:
    with database.reading() as session:
        return session.get_one(User, user).balance


def tells(stripe: StripeStandIn, order: Order, **facts: Any) -> None:
    stripe.sessions[str(order.stripe_session_id)] = session_of(order, **facts)


async def test_a_lost_webhook_loses_no_credit(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    order = pending(database, anna)
    whole = {"id": payment_id_of(order), "status": "succeeded", "latest_charge": charge_of(order)}
    tells(stripe_stand_in, order, payment_intent=whole)
    assert await reconcile(get_settings()) == 1
    assert (balance(database, anna), state(database, order)) == (20, OrderState.PAID)
    with database.reading() as session:
        paid = session.get_one(Order, order.id)
        assert (paid.payment_fingerprint, paid.stripe_payment_id) == ("card-1", payment_id_of(order))
    assert await reconcile(get_settings()) == 0
    assert balance(database, anna) == 20


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"status": "expired", "payment_status": "unpaid"}, OrderState.EXPIRED),
        ({"status": "open", "payment_status": "unpaid"}, OrderState.PENDING),
        (
            {"payment_status": "unpaid", "payment_intent": {"id": "pi_1", "status": "processing"}},
            OrderState.PENDING,
        ),
        (
            {
                "payment_status": "unpaid",
                "payment_intent": {"id": "pi_1", "status": "requires_payment_method"},
            },
            OrderState.FAILED,
        ),
        ({"payment_status": "no_payment_required", "payment_intent": None}, OrderState.PAID),
    ],
    ids=["expired", "still open", "the bank takes its time", "the bank refused", "nothing to pay"],
)
async def test_what_stripe_says_is_what_becomes_of_it(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn, facts: dict[str, Any], end: OrderState
) -> None:
    order = pending(database, anna)
    tells(stripe_stand_in, order, **facts)
    await reconcile(get_settings())
    assert state(database, order) == end
    assert balance(database, anna) == (20 if end == OrderState.PAID else 0)


async def test_a_webhook_is_given_ten_minutes(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    order = pending(database, anna, JUST_NOW)
    tells(stripe_stand_in, order)
    assert await reconcile(get_settings()) == 0
    assert stripe_stand_in.asked == []


async def test_one_look_asks_for_a_bounded_number_and_the_next_for_the_others(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "BATCH", 3)
    for _ in range(5):
        tells(stripe_stand_in, pending(database, anna), status="open", payment_status="unpaid")
    await reconcile(get_settings())
    assert len(stripe_stand_in.asked) == 3
    await reconcile(get_settings())
    assert len({path for _, path, _ in stripe_stand_in.asked}) == 5
    await reconcile(get_settings())
    assert len(stripe_stand_in.asked) == 5, "each is left alone for ten minutes"


async def test_a_session_that_stripe_does_not_know_is_given_up_in_the_end(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    young, old = pending(database, anna), pending(database, anna, timedelta(days=3))
    await reconcile(get_settings())
    assert state(database, young) == OrderState.PENDING
    assert state(database, old) == OrderState.EXPIRED


async def test_only_what_stripe_says_it_does_not_know_is_given_up(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    """It may also refuse how we ask, and then knows every order."""
    old = pending(database, anna, timedelta(days=3))
    refused = {"type": "invalid_request_error", "message": "This property cannot be expanded"}
    stripe_stand_in.failures = [(400, {"error": refused})]
    await reconcile(get_settings())
    assert state(database, old) == OrderState.PENDING


async def test_an_order_that_cannot_be_settled_keeps_no_other_waiting(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one has its payment already: nobody foresaw that, and it stays so."""
    with database.unscoped() as session:
        add_order(session, anna, state=OrderState.PAID, stripe_payment_id="pi_taken")
    monkeypatch.setattr(reconciliation, "BATCH", 1)
    bad = pending(database, anna, timedelta(days=1))
    good = pending(database, anna)
    tells(stripe_stand_in, bad, payment_intent="pi_taken")
    tells(stripe_stand_in, good)
    assert [await reconcile(get_settings()) for _ in range(3)] == [0, 1, 0]
    assert (state(database, bad), state(database, good)) == (OrderState.PENDING, OrderState.PAID)
    assert balance(database, anna) == 20


async def test_while_stripe_is_down_nothing_is_settled_and_nothing_is_lost(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    order = pending(database, anna)
    tells(stripe_stand_in, order)
    stripe_stand_in.failures = [(500, {"error": {"type": "api_error"}})] * 3
    assert await reconcile(get_settings()) == 0
    assert state(database, order) == OrderState.PENDING
    assert await reconcile(get_settings()) == 1


async def test_an_order_that_nobody_was_sent_to_pay_is_closed(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    """The process ended between the order and the redirect."""
    order = pending(database, anna, stripe_session_id=None)
    assert await reconcile(get_settings()) == 1
    assert state(database, order) == OrderState.EXPIRED
    assert stripe_stand_in.asked == []


async def test_local_orders_expire_unless_their_money_is_on_its_way(database: Database, anna: UUID) -> None:
    old = timedelta(minutes=40)
    left = pending(database, anna, old, stripe_session_id="cs_local_1")
    paid_later = pending(database, anna, old, stripe_session_id="cs_local_2", stripe_payment_id="pi_local_2")
    young = pending(database, anna, stripe_session_id="cs_local_3")
    await reconcile(get_settings())
    ends = [state(database, order) for order in (left, paid_later, young)]
    assert ends == [OrderState.EXPIRED, OrderState.PENDING, OrderState.PENDING]
