"""The webhook: who may speak, what is kept, and that each event has its effect once."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from echoes.admin import ledger_health
from echoes.credits.payments import webhook
from echoes.credits.payments.routes import LARGEST_EVENT, routes
from echoes.database import Database
from echoes.models import Order, WebhookEvent, now
from echoes.settings import get_settings
from tests.support.payments.deliveries import COMPLETED, balance, send, stored
from tests.support.payments.stripe import (
    SECRET,
    add_order,
    charge_of,
    event,
    payment_id_of,
    refund_of,
    session_of,
    signed,
)
from tests.support.servers.application import application


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


def test_a_repeated_delivery_grants_once_and_is_thanked_for(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    said = event(COMPLETED, session_of(order))
    assert [send(stripe, said) for _ in range(3)] == [200, 200, 200]
    assert send(stripe, event(COMPLETED, session_of(order))) == 200, "the same news by another event"
    assert balance(database, anna) == (20, 0)
    assert len(stored(database)) == 2


def test_without_a_secret_the_route_is_closed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty secret would let anybody sign."""
    monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_test")
    get_settings.cache_clear()
    with TestClient(application(routes)) as client:
        answer = client.post("/stripe/webhook", **signed(event("x", {"id": "1"}), secret=""))
    assert answer.status_code == 503
    assert stored(database) == []


REFUSED: dict[str, Callable[[], dict[str, Any]]] = {
    "another secret": lambda: signed(event("x", {"id": "1"}), secret="whsec_guessed"),
    "an old signature": lambda: signed(event("x", {"id": "1"}), at=int(time.time()) - 301),
    "a signature from the future": lambda: signed(event("x", {"id": "1"}), at=int(time.time()) + 400),
    "no signature": lambda: {"content": b"{}"},
    "a signature of nonsense": lambda: {"content": b"{}", "headers": {"stripe-signature": b"t=1,v1=\xe9"}},
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


def test_an_event_of_a_known_kind_that_lacks_what_it_is_about_is_kept_and_thanked_for(
    stripe: TestClient, database: Database, order: Order
) -> None:
    """Delivered again it would say no more. Operators see it."""
    said = event("refund.created", refund_of(order, 100) | {"amount": None})
    assert [send(stripe, said), send(stripe, said)] == [200, 200]
    (row,) = stored(database)
    assert row.outcome == "makes no sense: it is a refund without an amount"
    assert row.handled_at is not None
    with database.reading() as session:
        assert [lost.id for lost in ledger_health.lost_events(session)] == [row.id]


def test_what_was_handled_long_ago_is_forgotten_and_nothing_else(
    stripe: TestClient, database: Database, anna: UUID, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = event(COMPLETED, session_of(order))
    assert send(stripe, said) == 200
    with monkeypatch.context() as patch:
        patch.setattr("echoes.credits.payments.orders.take_back", lambda *_: 1 / 0)
        assert send(stripe, event("refund.created", refund_of(order, 100))) == 500
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
    assert row.outcome.startswith("failed: ZeroDivisionError")
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


def test_the_tests_sign_as_the_settings_say(webhook_secret: str) -> None:
    assert webhook_secret == SECRET
