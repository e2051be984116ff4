"""The webhook: who may speak, what is kept, and that each event has its effect once."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, col, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from echoes.credits import events, ledger, local_checkout, webhook
from echoes.credits.routes import LARGEST_EVENT, routes
from echoes.database import Database
from echoes.models import Order, OrderState, WebhookEvent, now
from echoes.settings import get_settings
from tests.support.payments import (
    SECRET,
    StripeStandIn,
    add_order,
    charge_of,
    dispute_of,
    event,
    payment_id_of,
    refund_of,
    session_of,
    signed,
)

COMPLETED = "checkout.session.completed"


@pytest.fixture
def stripe(database: Database, webhook_secret: str) -> Iterator[TestClient]:
    """Stripe's side of our route."""
    with TestClient(Starlette(routes=routes), raise_server_exceptions=True) as client:
        yield client


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


def send(stripe: TestClient, said: dict[str, Any] | str, **signing: Any) -> int:
    answer: httpx.Response = stripe.post("/stripe/webhook", **signed(said, **signing))
    return answer.status_code


def balance(database: Database, user: UUID) -> tuple[int, int]:
    with database.reading() as session:
        person = ledger.lock(session, user)
        return person.balance, person.debt


def state(database: Database, order: Order) -> OrderState:
    with database.reading() as session:
        return session.get_one(Order, order.id).state


def stored(database: Database) -> list[WebhookEvent]:
    with database.reading() as session:
        return list(session.exec(select(WebhookEvent).order_by(col(WebhookEvent.id))))


def test_a_paid_checkout_grants_what_was_ordered(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    assert send(stripe, event(COMPLETED, session_of(order))) == 200
    assert balance(database, anna) == (20, 0)
    assert state(database, order) == OrderState.PAID


def test_a_repeated_delivery_grants_once_and_is_thanked_for(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    said = event(COMPLETED, session_of(order))
    assert [send(stripe, said) for _ in range(3)] == [200, 200, 200]
    assert send(stripe, event(COMPLETED, session_of(order))) == 200, "the same news by another event"
    assert balance(database, anna) == (20, 0)
    assert len(stored(database)) == 2


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


def test_without_a_secret_the_route_is_closed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty secret would let anybody sign."""
    monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_test")
    get_settings.cache_clear()
    with TestClient(Starlette(routes=routes)) as client:
        answer = client.post("/stripe/webhook", **signed(event("x", {"id": "1"}), secret=""))
    assert answer.status_code == 503
    assert stored(database) == []


REFUSED: dict[str, Callable[[], dict[str, Any]]] = {
    "another secret": lambda: signed(event("x", {"id": "1"}), secret="whsec_guessed"),
    "an old signature": lambda: signed(event("x", {"id": "1"}), at=int(time.time()) - 301),
    "a signature from the future": lambda: signed(event("x", {"id": "1"}), at=int(time.time()) + 400),
    "no signature": lambda: {"content": b"{}"},
    "a signature of nonsense": lambda: {"content": b"{}", "headers": {"stripe-signature": b"t=1,v1=\xe9"}},
    "no JSON": lambda: signed("this is no JSON"),
    "a number that JSON has not": lambda: signed('{"type": "x", "data": {"object": {"a": NaN}}}'),
    "JSON, but no event": lambda: signed('["completed"]'),
    "an event about nothing": lambda: signed('{"type": "x"}'),
    "depth without end": lambda: signed("[" * 200_000),
    "no text": lambda: {"content": b"\xff\xfe", "headers": signed("x")["headers"]},
}


@pytest.mark.parametrize("forge", REFUSED.values(), ids=REFUSED.keys())
def test_what_stripe_did_not_sign_now_is_refused_and_not_kept(
    stripe: TestClient, database: Database, forge: Callable[[], dict[str, Any]]
) -> None:
    assert stripe.post("/stripe/webhook", **forge()).status_code == 400
    assert stored(database) == []


def test_a_changed_body_is_refused(stripe: TestClient, order: Order) -> None:
    parcel = signed(event(COMPLETED, session_of(order)))
    parcel["content"] = parcel["content"].replace(b"cs_", b"ct_")
    assert stripe.post("/stripe/webhook", **parcel).status_code == 400


def test_a_body_without_end_is_not_read(stripe: TestClient, database: Database) -> None:
    assert send(stripe, "x" * (LARGEST_EVENT + 1)) == 413
    assert stored(database) == []


def test_a_failure_keeps_the_event_and_asks_for_another_delivery(
    stripe: TestClient, database: Database, anna: UUID, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = event(COMPLETED, session_of(order))

    def fail_half_way(session: Session, order: Order) -> None:
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as patch:
        patch.setattr("echoes.credits.rewards.on_first_purchase", fail_half_way)
        assert send(stripe, said) == 500
    assert balance(database, anna) == (0, 0), "all of an event or nothing"
    (row,) = stored(database)
    assert (row.handled_at, row.outcome) == (None, "failed: RuntimeError: the disk is on fire")
    assert send(stripe, said) == 200
    assert balance(database, anna) == (20, 0)
    assert stored(database)[0].handled_at is not None


def test_an_event_of_a_known_kind_that_lacks_what_it_is_about_stays_open(
    stripe: TestClient, database: Database, order: Order
) -> None:
    assert send(stripe, event("refund.created", refund_of(order, 100) | {"amount": None})) == 500
    assert stored(database)[0].outcome.startswith("failed: Unreadable")


def test_what_was_handled_long_ago_is_forgotten_and_nothing_else(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    said = event(COMPLETED, session_of(order))
    assert send(stripe, said) == 200
    assert send(stripe, event("refund.created", refund_of(order, 100) | {"amount": None})) == 500
    with database.unscoped() as session:
        webhook.forget_handled(session)
    assert len(stored(database)) == 2
    with database.unscoped() as session:
        for row in session.exec(select(WebhookEvent)):
            row.created_at = now() - timedelta(days=400)
            row.handled_at = row.handled_at and now() - timedelta(days=91)
    with database.unscoped() as session:
        webhook.forget_handled(session)
    (row,) = stored(database)
    assert row.outcome.startswith("failed: Unreadable")
    assert (send(stripe, said), balance(database, anna)) == (200, (20, 0)), "told again, it grants nothing"


def test_an_event_without_an_id_is_known_by_its_body(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    """Some stand-ins send none."""
    said = event(COMPLETED, session_of(order))
    del said["id"], said["object"], said["created"]
    assert [send(stripe, said), send(stripe, said)] == [200, 200]
    assert balance(database, anna) == (20, 0)
    assert len(stored(database)) == 1


def test_names_and_addresses_of_those_who_pay_are_not_kept(
    stripe: TestClient, database: Database, order: Order
) -> None:
    send(stripe, event(COMPLETED, session_of(order)))
    send(stripe, event("charge.succeeded", charge_of(order)))
    kept = json.dumps([row.payload for row in stored(database)])
    assert "Example" not in kept
    assert "anna@" not in kept
    assert payment_id_of(order) in kept


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
    assert (waiting.state, local_checkout.is_on_its_way(waiting)) == (OrderState.PENDING, False)
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


def test_the_tests_sign_as_the_settings_say(webhook_secret: str) -> None:
    assert webhook_secret == SECRET
