"""Webhook processing: signature verified, stored first, handled once in one transaction (idempotent).

An event whose handling fails stays stored with what went wrong. Stripe delivers it again for three days, and
so long we try it again ourselves. What was signed and makes no sense is stored too, said to operators, and
thanked for: delivered again it would make no more.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import stripe
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, col, delete, select
from stripe import WebhookSignature

from echoes.credits.payments import events, orders
from echoes.credits.payments.orders import Payment, UnusablePayment
from echoes.credits.payments.payloads import object_of, parse, without_personal_data
from echoes.credits.payments.stripe import Said, ask, connected, payment_of, text, uses_stripe
from echoes.database import get_database
from echoes.errors import BadInput, brief
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
NO_SENSE = "makes no sense: "
"""How the outcome of such an event begins."""
UNREADABLE = "unreadable"
"""Its kind, when it says none."""
ERASED: dict[str, Any] = {"erased": True}
"""What stays of events about somebody who is gone."""

logger = logging.getLogger(__name__)


class BadEvent(BadInput):
    """Nothing that Stripe sent; says why."""

    status = 400
    code = "bad_event"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Refused: {reason}.")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    row_id: UUID
    kind: str
    said: Said


def verify(body: bytes, signature: str | None, secret: str) -> None:
    """Raises BadEvent. The library does not mind a signature from the future: we do."""
    try:
        WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
        signed_at = int(next(part[2:] for part in str(signature).split(",") if part.startswith("t=")))
    except (stripe.SignatureVerificationError, ValueError, TypeError) as error:
        raise BadEvent("this event was not signed with our secret") from error
    if signed_at > time.time() + TOLERANCE_SECONDS:
        raise BadEvent("this was signed in the future: check the clocks")


async def receive_signed(settings: Settings, body: bytes) -> bool:
    """The same for what came by the webhook, whatever its shape."""
    try:
        event = parse(body)
    except UnusablePayment as reason:
        await asyncio.to_thread(_keep_senseless, body, reason)
        return True
    return await receive(settings, body, event)


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


async def _carry_out(settings: Settings, stored: StoredEvent) -> bool:
    try:
        payment = await _details(settings, stored)
        await asyncio.to_thread(_handle, stored.row_id, payment)
    except (UnusablePayment, DataError) as error:
        reason = error.orig if isinstance(error, DataError) else error
        logger.error("a %s event makes no sense: %s", stored.kind, brief(reason))
        await asyncio.to_thread(_note, stored.row_id, f"{NO_SENSE}{reason}"[:500], is_over=True)
    except Exception as error:
        logger.exception("a %s event was not handled", stored.kind)
        await asyncio.to_thread(_note, stored.row_id, f"failed: {type(error).__name__}: {error}"[:500])
        return False
    return True


def forget_handled(session: Session) -> None:
    """Housekeeping. What was never handled stays for an operator to see."""
    session.exec(delete(WebhookEvent).where(col(WebhookEvent.handled_at) < now() - KEPT))


def _store(body: bytes, event: dict[str, Any]) -> StoredEvent | None:
    """None when it has been handled before. Of two that come at once, both may go on: handling is once."""
    event_id = text(event.get("id")) or _name_of(body)
    same = select(WebhookEvent).where(
        col(WebhookEvent.source) == SOURCE, col(WebhookEvent.event_id) == event_id
    )
    with get_database().unscoped() as session:
        row = session.exec(same).one_or_none() or _insert(session, _row_of(event_id, event))
        row = row or session.exec(same).one()
        return _unhandled(row)


def _row_of(event_id: str, event: dict[str, Any]) -> WebhookEvent:
    return WebhookEvent(
        source=SOURCE, event_id=event_id, kind=event["type"], payload=without_personal_data(event)
    )


def _keep_senseless(body: bytes, reason: UnusablePayment) -> None:
    """Without its content, of which we do not know what it holds."""
    logger.error("a signed event of %d bytes makes no sense: %s", len(body), brief(reason))
    row = WebhookEvent(
        source=SOURCE,
        event_id=_name_of(body),
        kind=UNREADABLE,
        payload={"bytes": len(body)},
        handled_at=now(),
        outcome=f"{NO_SENSE}{reason}",
    )
    with get_database().unscoped() as session:
        _insert(session, row)


def _name_of(body: bytes) -> str:
    return f"body:{hashlib.sha256(body).hexdigest()}"


def _stored(row_id: UUID) -> StoredEvent | None:
    with get_database().reading() as session:
        row = session.get(WebhookEvent, row_id)
        return _unhandled(row) if row else None


def _unhandled(row: WebhookEvent) -> StoredEvent | None:
    return None if row.handled_at else StoredEvent(row.id, row.kind, object_of(row.payload))


def _failed() -> list[UUID]:
    """For as long as Stripe tries. Not those of this very minute, which are just being handled."""
    rows = select(WebhookEvent.id).where(
        col(WebhookEvent.source) == SOURCE,
        col(WebhookEvent.handled_at).is_(None),
        col(WebhookEvent.created_at).between(now() - TRIED, now() - UNDER_WAY),
    )
    with get_database().reading() as session:
        return list(session.exec(rows.order_by(col(WebhookEvent.id))))


def _insert(session: Session, row: WebhookEvent) -> WebhookEvent | None:
    """None when another delivery was first."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


async def _details(settings: Settings, stored: StoredEvent) -> Payment | None:
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


def _concerns_us(stored: StoredEvent) -> bool:
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


def _note(row_id: UUID, outcome: str, *, is_over: bool = False) -> None:
    with get_database().unscoped() as session:
        row = session.get_one(WebhookEvent, row_id, with_for_update=True)
        if row.handled_at is None:
            row.outcome = outcome
            row.handled_at = now() if is_over else None
