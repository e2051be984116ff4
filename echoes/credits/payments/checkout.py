"""Checkout sessions: to Stripe's payment page, or in local mode to our own that stands in for it."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

import stripe

from echoes.credits.payments import orders
from echoes.credits.payments.stripe import connected, is_stand_in
from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import CreditPack, Order
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import Settings, get_settings

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

TIMEOUT_SECONDS = timedelta(minutes=31)
"""Stripe wants half an hour at least, by its own clock."""
UNREACHABLE = "The payment service is not answering. You have not been charged; please try again in a minute."
NOT_SET_UP = (
    "Credits cannot be bought right now. Nothing was charged. Please tell the people who run this site."
)
NOT_SOLD_HERE = "Credits are not sold here. The people who run this site can give you some."

logger = logging.getLogger(__name__)


class NoCheckout(Refused):
    """Nobody was sent to pay, and nothing can be charged."""

    status = 503
    code = "no_checkout"


class NoShop(Refused):
    """Nothing is sold here."""

    status = 404
    code = "no_shop"


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order with what its checkout page shows."""

    order: Order
    title: str
    stripe_price_id: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Checkout:
    session_id: str
    address: str


def require_shop(settings: Settings) -> None:
    """Raises NoShop where ECHOES_PAYMENTS is none or closing."""
    if not settings.has_shop:
        raise NoShop(NOT_SOLD_HERE)


def order(session: UserSession, pack_id: UUID) -> Purchase:
    """Raises NotFound, TooOften, or NoShop."""
    require_shop(get_settings())
    limiter = get_rate_limiter()
    limiter.count(limiter.limits.checkout, str(session.user_id))
    placed = orders.place(session, pack_id)
    pack = session.get_one(CreditPack, pack_id)
    return Purchase(placed, f"{placed.credits} credits", pack.stripe_price_id, session.user.email)


async def begin(settings: Settings, purchase: Purchase, return_to: str) -> Checkout:
    """`return_to` is a path of ours. Raises NoCheckout, with a sentence.

    Asked again for the same order, Stripe answers with the same session: the order's id is the key.
    """
    if is_stand_in(settings):
        return _begin_locally(purchase.order, return_to)
    try:
        async with connected(settings) as client:
            created = await client.v1.checkout.sessions.create_async(
                params=_params(settings, purchase, return_to),
                options={"idempotency_key": f"order-{purchase.order.id}"},
            )
    except stripe.StripeError as error:
        raise _no_checkout(error) from error
    if not created.url:
        raise NoCheckout(NOT_SET_UP)
    return Checkout(created.id, created.url)


def thanks_address(order_id: UUID, return_to: str) -> str:
    return f"/credits/thanks?{urlencode({'order': order_id, 'return': return_to})}"


def cancelled_address(return_to: str) -> str:
    return f"/credits/cancelled?{urlencode({'return': return_to})}"


def _begin_locally(placed: Order, return_to: str) -> Checkout:
    address = f"/checkout/local/{placed.id}?{urlencode({'return': return_to})}"
    return Checkout(f"{orders.LOCAL}{placed.id.hex}", address)


def _params(settings: Settings, purchase: Purchase, return_to: str) -> "SessionCreateParams":
    placed, home = purchase.order, settings.public_url.rstrip("/")
    ours = {"order_id": str(placed.id)}
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [_line_item(purchase)],
        "client_reference_id": str(placed.id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours, "description": f"Echoes, {purchase.title}"},
        # Stripe fills in the braces, so they must not be encoded.
        "success_url": f"{home}{thanks_address(placed.id, return_to)}&session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": home + cancelled_address(return_to),
        "expires_at": int((placed.created_at + TIMEOUT_SECONDS).timestamp()),
    }
    if purchase.email:
        params["customer_email"] = purchase.email
    return params


def _line_item(purchase: Purchase) -> "SessionCreateParamsLineItem":
    if purchase.stripe_price_id:
        return {"price": purchase.stripe_price_id, "quantity": 1}
    return {
        "quantity": 1,
        "price_data": {
            "currency": purchase.order.currency,
            "unit_amount": purchase.order.price_cents,
            "product_data": {"name": purchase.title},
        },
    }


def _no_checkout(error: stripe.StripeError) -> NoCheckout:
    """Whoever wants to buy can do something about the first kind only: wait."""
    passing = (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError)
    is_passing = isinstance(error, passing) or (error.http_status or 0) >= 500
    logger.error("Stripe opened no checkout: %s (%s)", type(error).__name__, error.request_id or error.code)
    return NoCheckout(UNREACHABLE if is_passing else NOT_SET_UP)
