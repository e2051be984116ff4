"""Queries of the practice checkout page."""

from echoes.credits.payments import orders, practice_checkout
from echoes.database import UserSession
from echoes.models import Order
from echoes.pages.common.state import uuid_of
from echoes.settings import get_settings


def order_of(session: UserSession, order_id: str) -> Order:
    """The person's own, and where there is a practice checkout at all."""
    order = orders.get(session, uuid_of(order_id))
    practice_checkout.require_open(get_settings(), order)
    return order
