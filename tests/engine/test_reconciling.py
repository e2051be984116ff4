"""Scheduled reconciliation of payments, by the real engine."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
from dbos import DBOS

from echoes.database import Database
from echoes.engine import Engine
from echoes.models import Order, OrderState, User, now
from tests.support.payments.stripe import StripeStandIn, add_order, event, refund_of, session_of

pytestmark = pytest.mark.slow


def test_the_engine_settles_what_stripe_says_was_paid(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna, created_at=now() - timedelta(minutes=11))
    stripe_stand_in.sessions[str(order.stripe_session_id)] = session_of(order)
    engine = Engine()
    engine.start()
    try:
        DBOS.trigger_schedule("reconcile_orders").get_result()
    finally:
        engine.stop()
    with database.reading() as session:
        assert session.get_one(Order, order.id).state == OrderState.PAID
        assert session.get_one(User, anna).balance == 20


def test_the_engine_takes_back_what_was_refunded_unheard(
    database: Database, anna: UUID, stripe_stand_in: StripeStandIn
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
    hours_ago = int(time.time()) - 7200
    stripe_stand_in.events = [
        event("checkout.session.completed", session_of(order), hours_ago),
        event("refund.created", refund_of(order, 2250), hours_ago + 60),
    ]
    engine = Engine()
    engine.start()
    try:
        handle = DBOS.trigger_schedule("find_lost_events")
        assert handle.get_status().queue_name == "control"
        handle.get_result()
    finally:
        engine.stop()
    with database.reading() as session:
        assert session.get_one(User, anna).balance == 10
