"""Webhook event handlers: what each event changes of the order, the credits and the receipt."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from echoes.credits.payments import events, practice_checkout
from echoes.database import Database
from echoes.models import Order, OrderState
from tests.support.payments.deliveries import COMPLETED, balance, send, state, stored
from tests.support.payments.stripe import (
    StripeStandIn,
    add_order,
    charge_of,
    dispute_of,
    event,
    payment_id_of,
    refund_of,
    session_of,
)


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


def test_a_paid_checkout_grants_what_was_ordered(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    assert send(stripe, event(COMPLETED, session_of(order))) == 200
    assert balance(database, anna) == (20, 0)
    assert state(database, order) == OrderState.PAID


def test_money_that_comes_later_grants_later(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    send(stripe, event(COMPLETED, session_of(order, payment_status="unpaid")))
    assert balance(database, anna) == (0, 0)
    assert state(database, order) == OrderState.PENDING
    send(stripe, event("checkout.session.async_payment_succeeded", session_of(order)))
    assert balance(database, anna) == (20, 0)


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("checkout.session.async_payment_failed", OrderState.FAILED),
        ("checkout.session.expired", OrderState.EXPIRED),
    ],
)
def test_money_that_never_comes_closes_the_order(
    stripe: TestClient, database: Database, anna: UUID, order: Order, kind: str, end: OrderState
) -> None:
    send(stripe, event(kind, session_of(order, payment_status="unpaid")))
    assert state(database, order) == end
    assert balance(database, anna) == (0, 0)
    send(stripe, event(COMPLETED, session_of(order)))
    assert state(database, order) == OrderState.PAID, "what was paid counts, however late we hear of it"


@pytest.mark.parametrize("kind", ["invoice.paid", "customer.created", "checkout.session.brand_new", "x"])
def test_kinds_that_we_do_not_know_are_thanked_for(stripe: TestClient, database: Database, kind: str) -> None:
    assert send(stripe, event(kind, {"id": "in_1", "object": "invoice"})) == 200
    assert [row.outcome for row in stored(database)] == [events.IGNORED]


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "cs_other", "client_reference_id": "basket-7", "metadata": {}},
        {"id": "cs_other", "client_reference_id": None, "metadata": None},
        {"id": "cs_other"},
    ],
    ids=["another program's", "nobody's", "another session with our order's name"],
)
def test_a_session_that_we_did_not_open_grants_nothing(
    stripe: TestClient, database: Database, anna: UUID, order: Order, facts: dict[str, Any]
) -> None:
    assert send(stripe, event(COMPLETED, session_of(order, **facts))) == 200
    assert balance(database, anna) == (0, 0)
    assert stored(database)[0].outcome == events.NOT_OURS


def test_the_webhook_may_be_faster_than_our_own_note_of_the_session(
    stripe: TestClient, database: Database, anna: UUID
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna, stripe_session_id=None)
    send(stripe, event(COMPLETED, session_of(order, id="cs_fast")))
    assert balance(database, anna) == (20, 0)


def test_a_charge_brings_the_receipt(stripe: TestClient, database: Database, order: Order) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    send(stripe, event("charge.updated", charge_of(order)))
    with database.reading() as session:
        paid = session.get_one(Order, order.id)
    assert paid.receipt_url == f"https://pay.stripe.com/receipts/{order.id.hex}"
    assert paid.payment_fingerprint == "card-1"


def test_a_charge_before_the_checkout_ends_nothing(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    send(stripe, event("charge.succeeded", charge_of(order)))
    with database.reading() as session:
        waiting = session.get_one(Order, order.id)
    assert (waiting.state, practice_checkout.is_on_its_way(waiting)) == (OrderState.PENDING, False)
    send(stripe, event(COMPLETED, session_of(order)))
    assert balance(database, anna) == (20, 0)


def test_a_receipt_that_is_no_web_address_is_not_linked_to(
    stripe: TestClient, database: Database, order: Order
) -> None:
    send(stripe, event("charge.updated", charge_of(order, receipt_url="javascript:alert(1)")))
    with database.reading() as session:
        assert session.get_one(Order, order.id).receipt_url is None


def test_receipt_and_card_are_asked_for_before_the_order_is_settled(
    stripe_stand_in: StripeStandIn, stripe: TestClient, database: Database, order: Order
) -> None:
    """A reward for a friend's purchase depends on the card."""
    whole = session_of(order, payment_intent={"id": payment_id_of(order), "latest_charge": charge_of(order)})
    stripe_stand_in.sessions[str(order.stripe_session_id)] = whole
    bare = session_of(order)
    for name in ("payment_intent", "amount_total", "client_reference_id", "currency"):
        del bare[name]
    assert send(stripe, event(COMPLETED, bare)) == 200
    with database.reading() as session:
        paid = session.get_one(Order, order.id)
    assert (paid.payment_fingerprint, paid.stripe_payment_id) == ("card-1", payment_id_of(order))
    assert paid.receipt_url


def test_credits_do_not_wait_for_a_receipt(
    stripe_stand_in: StripeStandIn, stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    assert send(stripe, event(COMPLETED, session_of(order))) == 200, "Stripe does not know the session"
    assert balance(database, anna) == (20, 0)


def test_a_refund_takes_the_credits_back(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    send(stripe, event("charge.refunded", charge_of(order, refunded=4500)))
    assert balance(database, anna) == (0, 0)
    assert state(database, order) == OrderState.REFUNDED
    send(stripe, event("refund.created", refund_of(order, 4500)))
    assert balance(database, anna) == (0, 0), "told twice, in two ways"


def test_a_dispute_takes_the_credits_and_gives_them_back_when_it_is_won(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    send(stripe, event("charge.dispute.created", dispute_of(order, "needs_response")))
    assert (balance(database, anna), state(database, order)) == ((0, 0), OrderState.DISPUTED)
    send(stripe, event("charge.dispute.closed", dispute_of(order, "won")))
    assert (balance(database, anna), state(database, order)) == ((20, 0), OrderState.PAID)


def test_a_lost_dispute_changes_nothing_more(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    for kind, status in (("created", "needs_response"), ("updated", "under_review"), ("closed", "lost")):
        send(stripe, event(f"charge.dispute.{kind}", dispute_of(order, status)))
    assert (balance(database, anna), state(database, order)) == ((0, 0), OrderState.DISPUTED)


def test_an_inquiry_takes_nothing(stripe: TestClient, database: Database, anna: UUID, order: Order) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    send(stripe, event("charge.dispute.created", dispute_of(order, "warning_needs_response")))
    assert (balance(database, anna), state(database, order)) == ((20, 0), OrderState.PAID)


def test_money_of_other_programs_is_none_of_ours(
    stripe: TestClient, database: Database, order: Order
) -> None:
    foreign = refund_of(order, 100) | {"payment_intent": None}
    assert send(stripe, event("refund.created", foreign)) == 200
    assert stored(database)[0].outcome == events.NOT_OURS
