"""Reconciliation of orders whose webhook never came: Stripe is asked, and they are settled all the same."""

import logging
from datetime import timedelta
from uuid import UUID

import stripe
from sqlmodel import col, or_, select, update

from echoes.credits.payments import orders
from echoes.credits.payments.checkout import TIMEOUT_SECONDS
from echoes.credits.payments.orders import LOCAL, Payment, PaymentOutcome
from echoes.credits.payments.practice_checkout import is_on_its_way
from echoes.credits.payments.stripe import ask, connected, outcome_of, payment_of, uses_stripe
from echoes.database import get_database
from echoes.errors import brief
from echoes.models import Order, OrderState, now
from echoes.settings import Settings

QUIET = timedelta(minutes=10)
"""How long a webhook may take before we ask, and how long until we ask again."""
BATCH = 50
UNKNOWN = "resource_missing"
UNKNOWN_FOR_GOOD = timedelta(days=2)
"""Stripe's sessions live a day at most. One that it does not know any more by then was another account's."""

logger = logging.getLogger(__name__)


async def reconcile(settings: Settings) -> int:
    """How many orders were settled. Not for the event loop of pages: its database work is done in place."""
    if not settings.hears_stripe:
        return 0
    waiting = _due()
    if not any(map(_is_stripes, waiting)):
        return sum(_settle_unsent(order) for order in waiting)
    if not uses_stripe(settings):
        logger.error("orders wait for Stripe, and ECHOES_STRIPE_SECRET_KEY is not set")
        return sum(_settle_unsent(order) for order in waiting if not _is_stripes(order))
    return await _ask_for_all(settings, waiting)


async def _ask_for_all(settings: Settings, waiting: list[Order]) -> int:
    settled = 0
    try:
        async with connected(settings) as client:
            for order in waiting:
                settled += await _reconcile(client, order) if _is_stripes(order) else _settle_unsent(order)
    except stripe.StripeError as error:
        logger.warning("Stripe cannot be asked for orders at the moment: %s", type(error).__name__)
    return settled


async def _reconcile(client: stripe.StripeClient, order: Order) -> bool:
    """Raises StripeError when Stripe does not answer at all: then the others may wait as well."""
    try:
        said = await ask(client, str(order.stripe_session_id))
    except stripe.InvalidRequestError as error:
        logger.warning(
            "Stripe tells nothing of order %s: %s", order.id, brief(error.code or error.user_message)
        )
        if error.code == UNKNOWN and order.created_at < now() - UNKNOWN_FOR_GOOD:
            return _settle(order.id, Payment(outcome=PaymentOutcome.EXPIRED))
        return _settle(order.id, None)
    outcome = outcome_of(said)
    return _settle(order.id, payment_of(said, outcome) if outcome else None)


def _settle_unsent(order: Order) -> bool:
    """Nobody was sent to pay, or nobody paid on our own page."""
    is_over = order.created_at < now() - TIMEOUT_SECONDS and not is_on_its_way(order)
    is_void = order.stripe_session_id is None or is_over
    return _settle(order.id, Payment(outcome=PaymentOutcome.EXPIRED) if is_void else None)


def _settle(order_id: UUID, payment: Payment | None) -> bool:
    """One that fails is looked at again after all the others, and keeps none of them waiting."""
    with get_database().unscoped() as session:
        session.exec(update(Order).where(col(Order.id) == order_id).values(checked_at=now()))
    if payment is None:
        return False
    try:
        with get_database().unscoped() as session:
            return orders.settle(session, order_id, payment).state != OrderState.PENDING
    except Exception:
        logger.exception("order %s could not be settled", order_id)
        return False


def _due() -> list[Order]:
    """Those that waited longest for a look first, so that none waits for ever."""
    before = now() - QUIET
    unlooked = or_(col(Order.checked_at).is_(None), col(Order.checked_at) < before)
    pending = select(Order).where(col(Order.state) == OrderState.PENDING, col(Order.created_at) < before)
    oldest = pending.where(unlooked).order_by(col(Order.checked_at).asc().nullsfirst(), col(Order.id))
    with get_database().reading() as session:
        return list(session.exec(oldest.limit(BATCH)))


def _is_stripes(order: Order) -> bool:
    return order.stripe_session_id is not None and not order.stripe_session_id.startswith(LOCAL)
