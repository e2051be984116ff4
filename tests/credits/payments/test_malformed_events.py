"""Malformed webhook events: signed, of any shape; stored and acknowledged, so that Stripe sends them once."""

import json
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from echoes.admin import ledger_health
from echoes.credits.payments.events import HANDLERS
from echoes.credits.payments.routes import routes
from echoes.credits.payments.webhook import NO_SENSE, UNREADABLE
from echoes.database import Database
from echoes.models import Order
from tests.support.databases.migrated import Join
from tests.support.payments.deliveries import COMPLETED, balance, send, stored
from tests.support.payments.stripe import add_order, charge_of, dispute_of, event, refund_of, session_of
from tests.support.servers.application import application

DIGITS = "9" * 4000
AROUND = ["id", "created", "livemode", "object", "data"]
SHAPELESS = {
    "nothing": "",
    "no JSON": "this is no JSON",
    "half of it": '{"type": "charge.refunded", "data": {"obj',
    "a number that JSON has not": '{"type": "x", "data": {"object": {"a": NaN}}}',
    "a number beyond all": '{"type": "x", "data": {"object": {"a": 1e999}}}',
    "more digits than can be read": f'{{"type": "x", "data": {{"object": {{"a": {DIGITS}{DIGITS}}}}}}}',
    "a list": '["completed"]',
    "a word": '"completed"',
    "null": "null",
    "a kind that is no word": '{"type": 7, "data": {"object": {"id": "x"}}}',
    "a kind of two lines": '{"type": "x\\ny", "data": {"object": {"id": "x"}}}',
    "a kind that is half a letter": '{"type": "\\ud800", "data": {"object": {"id": "x"}}}',
    "a kind without end": json.dumps({"type": "x" * 9000, "data": {"object": {"id": "x"}}}),
    "about nothing": '{"type": "x"}',
    "about a list": '{"type": "charge.refunded", "data": {"object": ["a"]}}',
    "data that are none": '{"type": "charge.refunded", "data": 7}',
    "depth without end": "[" * 200_000,
    "depth": '{"type": "x", "data": {"object": {"a":' + "[" * 300 + "]" * 300 + "}}}",
}
KINDS: dict[str, Callable[[Order], dict[str, Any]]] = {
    COMPLETED: session_of,
    "charge.refunded": lambda order: charge_of(order, refunded=100),
    "refund.created": lambda order: refund_of(order, 100),
    "charge.dispute.created": lambda order: dispute_of(order, "needs_response"),
}
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([2**31, 2**63, -1, 10**300, int(DIGITS)]),
    st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20), st.just("\ud800"), st.just("\0"),
    st.just("x" * 5000), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers()),
    st.just({"order_id": ["a"]}), st.just([{}]),
)  # fmt: skip


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


@pytest.mark.parametrize("body", SHAPELESS.values(), ids=SHAPELESS.keys())
def test_what_is_no_event_is_stored_and_thanked_for(
    stripe: TestClient, database: Database, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    assert [send(stripe, body), send(stripe, body)] == [200, 200]
    (row,) = stored(database)
    assert (row.kind, row.payload) == (UNREADABLE, {"bytes": len(body.encode())}), "its content is not kept"
    assert row.outcome.startswith(NO_SENSE)
    assert row.handled_at is not None, "nobody tries it again"
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said
    assert all("\n" not in line and len(line) < 300 for line in said)
    with database.reading() as session:
        assert [lost.event_id for lost in ledger_health.lost_events(session)] == [row.event_id]


def test_an_event_that_names_a_payment_of_another_order_is_stored(
    stripe: TestClient, database: Database, anna: UUID, order: Order
) -> None:
    """Two orders never have one payment: the database says so."""
    assert send(stripe, event(COMPLETED, session_of(order))) == 200
    with database.unscoped() as session:
        another = add_order(session, anna)
    stolen = session_of(another) | {"payment_intent": session_of(order)["payment_intent"]}
    assert send(stripe, event(COMPLETED, stolen)) == 200
    assert balance(database, anna) == (20, 0)
    assert [row.outcome.startswith(NO_SENSE) for row in stored(database)] == [False, True]


@pytest.fixture
def real_order(books: Database, join: Join) -> Order:
    with books.unscoped() as session:
        return add_order(session, join())


@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_of_an_event_may_be_missing_or_of_another_kind(
    books: Database, webhook_secret: str, real_order: Order, kind: str
) -> None:
    """PostgreSQL refuses what SQLite takes: large numbers, letters without number, halves of letters."""
    whole = KINDS[kind](real_order)

    @settings(max_examples=25, derandomize=True)
    @given(
        facts=st.dictionaries(st.sampled_from(sorted(whole)), ODD, max_size=4),
        missing=st.sets(st.sampled_from(sorted(whole)), max_size=3),
        around=st.dictionaries(st.sampled_from(AROUND), ODD, max_size=1),
    )
    def deliver(facts: dict[str, Any], missing: set[str], around: dict[str, Any]) -> None:
        about = {name: value for name, value in (whole | facts).items() if name not in missing}
        assert send(stripe, event(kind, about) | around) == 200

    with TestClient(application(routes)) as stripe:
        deliver()
    assert all(row.handled_at for row in stored(books))
    assert real_order.owner_id is not None
    assert 0 <= balance(books, real_order.owner_id)[0] <= 20, "an order gives its credits once"


def test_every_kind_that_we_know_is_fuzzed_by_one_of_its_family() -> None:
    families = {handler for kind, handler in HANDLERS.items() if kind in KINDS}
    assert families == set(HANDLERS.values())
