"""Queries of the thanks page and the cancelled-payment page."""

from dataclasses import dataclass

from echoes.credits import carts
from echoes.credits.payments import orders
from echoes.credits.payments.practice_checkout import is_on_its_way
from echoes.credits.payments.stripe import is_stand_in
from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.models import Order, OrderState
from echoes.pages.common.state import uuid_of
from echoes.settings import get_settings
from echoes.text import formatting

STAGES = {
    OrderState.PAID: "paid",
    OrderState.FAILED: "failed",
    OrderState.EXPIRED: "expired",
    OrderState.REFUNDED: "returned",
    OrderState.DISPUTED: "returned",
}


@dataclass(frozen=True)
class OrderViewModel:
    stage: str = ""
    credits: str = ""
    price: str = ""
    receipt: str = ""
    bank: str = ""
    """In local mode: where one can play the bank."""


def read_order(session: UserSession, session_id: str, order_id: str) -> tuple[OrderViewModel, bool]:
    """The person's own order, by either name: which of the two the address holds depends on who sent them."""
    try:
        order = orders.by_checkout(session, session_id)
    except NotFound:
        order = orders.get(session, uuid_of(order_id))
    return view_of(order), has_cart_of(session)


def view_of(order: Order) -> OrderViewModel:
    on_its_way = is_on_its_way(order)
    return OrderViewModel(
        stage="processing" if on_its_way else STAGES.get(order.state, "waiting"),
        credits=formatting.pluralize(order.credits, "credit"),
        price=formatting.money(order.price_cents, order.currency),
        receipt=order.receipt_url or "",
        bank=f"/checkout/local/{order.id}" if on_its_way and is_stand_in(get_settings()) else "",
    )


def has_cart_of(session: UserSession) -> bool:
    return carts.find(session) is not None
