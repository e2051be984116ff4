"""The scheduled look for orders whose webhook was lost, by the real engine."""

from datetime import timedelta
from uuid import UUID

from dbos import DBOS

from echoes.database import Database
from echoes.jobs import Engine
from echoes.models import Order, OrderState, User, now
from tests.support.payments import StripeStandIn, add_order, session_of


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
