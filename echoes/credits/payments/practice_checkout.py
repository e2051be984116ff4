"""Practice checkout: in local mode without keys, our own page sends what Stripe would send.

The events are signed, and go over HTTP to the route that Stripe's go to. Nobody pays here, so production has
no part of it.
"""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import httpx
from stripe import WebhookSignature

from echoes.credits.payments.orders import LOCAL
from echoes.credits.payments.stripe import is_stand_in, webhook_secret
from echoes.errors import NotFound, Refused
from echoes.models import Order, OrderState
from echoes.settings import Settings

WEBHOOK = "/stripe/webhook"
CLOSED = "This order has already been settled."
NOT_HEARD = "The payment did not go through. Nothing is lost; please try again."


class SimulatedAction(StrEnum):
    """What one can do on a payment page, and what a bank may do days later."""

    PAY = "pay"
    FAIL = "fail"
    PAY_LATER = "pay_later"
    ARRIVE = "arrive"
    CANCEL = "cancel"


EVENTS: dict[SimulatedAction, tuple[str, dict[str, str]]] = {
    SimulatedAction.PAY: ("checkout.session.completed", {"status": "complete", "payment_status": "paid"}),
    SimulatedAction.PAY_LATER: (
        "checkout.session.completed",
        {"status": "complete", "payment_status": "unpaid"},
    ),
    SimulatedAction.ARRIVE: (
        "checkout.session.async_payment_succeeded",
        {"status": "complete", "payment_status": "paid"},
    ),
    SimulatedAction.FAIL: (
        "checkout.session.async_payment_failed",
        {"status": "complete", "payment_status": "unpaid"},
    ),
    SimulatedAction.CANCEL: ("checkout.session.expired", {"status": "expired", "payment_status": "unpaid"}),
}


def require_open(settings: Settings, order: Order) -> None:
    """Raises NotFound where there is no practice checkout, and for orders that were sent to Stripe."""
    if not is_stand_in(settings) or not (order.stripe_session_id or "").startswith(LOCAL):
        raise NotFound


def is_on_its_way(order: Order) -> bool:
    """Paid, and the money has not come yet."""
    return order.state == OrderState.PENDING and order.stripe_payment_id is not None


async def send(settings: Settings, order: Order, act: SimulatedAction) -> None:
    """Twice is as good as once: the same act is the same event."""
    require_open(settings, order)
    if order.state != OrderState.PENDING:
        raise Refused(CLOSED)
    payload = json.dumps(_event(order, act))
    signature = WebhookSignature.generate_signature_header(payload, webhook_secret(settings))
    try:
        async with httpx.AsyncClient(
            base_url=_own_address(settings), timeout=30.0, trust_env=False
        ) as client:
            answer = await client.post(WEBHOOK, content=payload, headers={"stripe-signature": signature})
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Refused(NOT_HEARD) from error


def _event(order: Order, act: SimulatedAction) -> dict[str, Any]:
    kind, standing = EVENTS[act]
    session = {
        "id": order.stripe_session_id,
        "object": "checkout.session",
        "client_reference_id": str(order.id),
        "metadata": {"order_id": str(order.id)},
        "mode": "payment",
        "payment_intent": None if act == SimulatedAction.CANCEL else f"pi_local_{order.id.hex}",
        "amount_total": order.price_cents,
        "currency": order.currency,
        **standing,
    }
    return {
        "id": f"evt_local_{order.id.hex}_{act}",
        "object": "event",
        "type": kind,
        "created": int(datetime.now(UTC).timestamp()),
        "livemode": False,
        "data": {"object": session},
    }


def _own_address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
