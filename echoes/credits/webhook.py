"""What Stripe tells us: signed, stored first, handled once in one transaction.

An event whose handling fails stays stored with what went wrong. Stripe delivers it again for three days, and
so long we try it again ourselves.
"""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import stripe
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select
from stripe import WebhookSignature

from echoes.credits import events, orders
from echoes.credits.orders import Payment
from echoes.credits.stripe import Said, ask, connected, payment_of, text, uses_stripe
from echoes.database import get_database
from echoes.models import WebhookEvent, now
from echoes.settings import Settings

SOURCE = "stripe"
TOLERANCE_SECONDS = 300
SECONDS_TO_ASK = 4.0
"""Stripe itself waits ten seconds or a little more for our answer."""
UNDER_WAY = timedelta(minutes=1)
TRIED = timedelta(days=3)
"""How long an event that failed is tried again, by Stripe and by us."""
KEPT = timedelta(days=90)
"""Longer than anybody delivers an event again. Their effects are in the orders and the ledger."""
PERSONAL = {
    "billing_details", "customer_details", "customer_email", "collected_information", "receipt_email",
    "shipping", "shipping_details", "evidence",
}  # fmt: skip
"""Names and addresses of those who pay: we neither need nor keep them."""
ERASED: dict[str, Any] = {"erased": True}
"""What stays of events about somebody who is gone."""

logger = logging.getLogger(__name__)


class BadEvent(Exception):
    """Nothing that Stripe sent, or nothing that can be read; says why."""


@dataclass(frozen=True, slots=True)
class Stored:
    row_id: UUID
    kind: str
    said: Said


def verify(body: bytes, signature: str | None, secret: str) -> dict[str, Any]:
    """The event; raises BadEvent. The library does not mind a signature from the future: we do."""
    try:
        WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
        signed_at = int(next(part[2:] for part in str(signature).split(",") if part.startswith("t=")))
        event = json.loads(body, parse_constant=_refuse_constant)
    except (stripe.SignatureVerificationError, ValueError, TypeError, RecursionError) as error:
        raise BadEvent("this is not an event that was signed with our secret") from error
    if signed_at > time.time() + TOLERANCE_SECONDS:
        raise BadEvent("this was signed in the future: look at the clocks")
    return readable(event)


def readable(event: object) -> dict[str, Any]:
    """What is an event at all; raises BadEvent."""
    if not isinstance(event, dict) or not text(event.get("type")) or not _object_of(event):
        raise BadEvent("this is not a Stripe event")
    return event


async def receive(settings: Settings, body: bytes, event: dict[str, Any]) -> bool:
    """False when its handling failed and Stripe should try again."""
    stored = await asyncio.to_thread(_store, body, event)
    return stored is None or await _carry_out(settings, stored)


async def try_again(settings: Settings) -> int:
    """How many of those that failed are handled now: what was never delivered, nobody delivers again."""
    handled = 0
    for row_id in await asyncio.to_thread(_failed):
        stored = await asyncio.to_thread(_stored, row_id)
        handled += stored is not None and await _carry_out(settings, stored)
    return handled


def handled_among(event_ids: Collection[str]) -> set[str]:
    """In one query, without the lock that storing takes."""
    row = col(WebhookEvent.event_id)
    ours = select(row).where(col(WebhookEvent.source) == SOURCE, row.in_(event_ids))
    with get_database().reading() as session:
        return set(session.exec(ours.where(col(WebhookEvent.handled_at).is_not(None))))


async def _carry_out(settings: Settings, stored: Stored) -> bool:
    try:
        payment = await _details(settings, stored)
        await asyncio.to_thread(_handle, stored.row_id, payment)
    except Exception as error:
        logger.exception("a %s event was not handled", stored.kind)
        await asyncio.to_thread(_note, stored.row_id, f"failed: {type(error).__name__}: {error}"[:500])
        return False
    return True


def forget_handled(session: Session) -> None:
    """Housekeeping. What was never handled stays for an operator to see."""
    session.exec(delete(WebhookEvent).where(col(WebhookEvent.handled_at) < now() - KEPT))


def _store(body: bytes, event: dict[str, Any]) -> Stored | None:
    """None when it has been handled before. Of two that come at once, both may go on: handling is once."""
    event_id = text(event.get("id")) or f"body:{hashlib.sha256(body).hexdigest()}"
    same = select(WebhookEvent).where(
        col(WebhookEvent.source) == SOURCE, col(WebhookEvent.event_id) == event_id
    )
    with get_database().unscoped() as session:
        row = session.exec(same).one_or_none() or _insert(session, event_id, event)
        row = row or session.exec(same).one()
        return _unhandled(row)


def _stored(row_id: UUID) -> Stored | None:
    with get_database().reading() as session:
        row = session.get(WebhookEvent, row_id)
        return _unhandled(row) if row else None


def _unhandled(row: WebhookEvent) -> Stored | None:
    return None if row.handled_at else Stored(row.id, row.kind, _object_of(row.payload))


def _failed() -> list[UUID]:
    """For as long as Stripe tries. Not those of this very minute, which are just being handled."""
    rows = select(WebhookEvent.id).where(
        col(WebhookEvent.source) == SOURCE,
        col(WebhookEvent.handled_at).is_(None),
        col(WebhookEvent.created_at).between(now() - TRIED, now() - UNDER_WAY),
    )
    with get_database().reading() as session:
        return list(session.exec(rows.order_by(col(WebhookEvent.id))))


def _insert(session: Session, event_id: str, event: dict[str, Any]) -> WebhookEvent | None:
    """None when another delivery was first."""
    row = WebhookEvent(source=SOURCE, event_id=event_id, kind=event["type"], payload=_without_personal(event))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


async def _details(settings: Settings, stored: Stored) -> Payment | None:
    """Receipt and card are not in the event that says that an order is paid, so we ask. None: nothing new.

    Credits do not wait for a receipt: when Stripe does not answer, the event alone must do.
    """
    session_id = text(stored.said.get("id"))
    is_ours = await asyncio.to_thread(_concerns_us, stored)
    if not is_ours or not session_id or not uses_stripe(settings):
        return None
    try:
        async with connected(settings, SECONDS_TO_ASK) as client:
            return payment_of(await ask(client, session_id), outcome=None)
    except stripe.StripeError as error:
        logger.warning("Stripe told no details of a payment: %s", type(error).__name__)
        return None


def _concerns_us(stored: Stored) -> bool:
    if events.SESSIONS.get(stored.kind) is None:
        return False
    with get_database().reading() as session:
        return events.order_of_session(session, stored.said) is not None


def _handle(row_id: UUID, details: Payment | None) -> None:
    """Its effects and the mark that it was handled commit together.

    Payments first, as everybody: the deletion of an account holds them while it erases events.
    """
    with get_database().unscoped() as session:
        orders.one_at_a_time(session)
        row = session.get_one(WebhookEvent, row_id, with_for_update=True)
        if row.handled_at is None:
            row.outcome = events.handle(session, row.kind, row.payload, details)
            row.handled_at = now()
            if events.is_of_nobody(session, row.payload):
                row.payload = ERASED


def _note(row_id: UUID, outcome: str) -> None:
    with get_database().unscoped() as session:
        row = session.get_one(WebhookEvent, row_id, with_for_update=True)
        if row.handled_at is None:
            row.outcome = outcome


def _object_of(event: Mapping[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    found = data.get("object") if isinstance(data, Mapping) else None
    return found if isinstance(found, dict) else {}


def _without_personal(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_personal(part) for name, part in value.items() if name not in PERSONAL}
    return [_without_personal(part) for part in value] if isinstance(value, list) else value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
