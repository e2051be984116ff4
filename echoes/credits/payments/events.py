"""Webhook event handlers: each kind of Stripe event, and what it does to orders (docs/hosting.md)."""

from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session, col, or_, select

from echoes.credits.payments import orders
from echoes.credits.payments.orders import Payment, PaymentOutcome, UnusablePayment
from echoes.credits.payments.refunds_and_disputes import PaymentReturnFacts
from echoes.credits.payments.stripe import Said, fingerprint_of, number, payment_of, receipt_of, text
from echoes.credits.payments.stripe import cents as cents_of
from echoes.models import Order, ReturnKind

SESSIONS: dict[str, PaymentOutcome] = {
    "checkout.session.completed": PaymentOutcome.PAID,
    "checkout.session.async_payment_succeeded": PaymentOutcome.PAID,
    "checkout.session.async_payment_failed": PaymentOutcome.FAILED,
    "checkout.session.expired": PaymentOutcome.EXPIRED,
}
CHARGES = ("charge.succeeded", "charge.updated", "charge.refunded")
REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
DISPUTES = (
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
)  # fmt: skip

IGNORED = "ignored"
NOT_OURS = "not about an order of ours"
EARLY = "kept until its order is paid"


def handle(session: Session, kind: str, event: Said, details: Payment | None) -> str:
    """In words what became of it. Kinds that we do not know are none of our business."""
    handler = HANDLERS.get(kind)
    return handler(session, kind, event, details) if handler else IGNORED


def order_of_session(session: Session, said: Said) -> UUID | None:
    """By the session that we sent somebody to, else by the id that we gave it on its way."""
    session_id = text(said.get("id"))
    by_session = select(Order.id).where(col(Order.stripe_session_id) == session_id)
    if session_id and (found := session.exec(by_session).one_or_none()):
        return found
    order = _named_order(session, said)
    return order.id if order and order.stripe_session_id in (None, session_id) else None


def is_of_nobody(session: Session, event: Said) -> bool:
    """About what somebody bought who is gone."""
    said = event["data"]["object"]
    names = [name for key in ("id", "payment_intent") if (name := text(said.get(key)))]
    known = or_(col(Order.stripe_session_id).in_(names), col(Order.stripe_payment_id).in_(names))
    nobodys = select(Order.id).where(col(Order.owner_id).is_(None), known)
    if session.exec(nobodys).first() is not None:
        return True
    order = _named_order(session, said)
    return order is not None and order.owner_id is None


def _on_session(session: Session, kind: str, event: Said, details: Payment | None) -> str:
    said = event["data"]["object"]
    order_id = order_of_session(session, said)
    if order_id is None:
        return NOT_OURS
    outcome = SESSIONS[kind]
    if kind == "checkout.session.completed" and said.get("payment_status") == "unpaid":
        outcome = PaymentOutcome.PROCESSING
    if details is not None:
        orders.settle(session, order_id, details)
    return _told(orders.settle(session, order_id, payment_of(said, outcome)))


def _on_charge(session: Session, kind: str, event: Said, details: Payment | None) -> str:
    charge = event["data"]["object"]
    payment_id, order = text(charge.get("payment_intent")), _named_order(session, charge)
    if order is not None:
        known = Payment(outcome=None, receipt_url=receipt_of(charge), fingerprint=fingerprint_of(charge))
        order = orders.settle(session, order.id, known)
    cents = cents_of(charge.get("amount_refunded"))
    if payment_id and cents:
        return _take_back(session, event, ReturnKind.CHARGE, payment_id, cents)
    return _told(order) if order else NOT_OURS


def _on_refund(session: Session, kind: str, event: Said, details: Payment | None) -> str:
    return _on_return(session, event, ReturnKind.REFUND)


def _on_dispute(session: Session, kind: str, event: Said, details: Payment | None) -> str:
    return _on_return(session, event, ReturnKind.DISPUTE)


def _on_return(session: Session, event: Said, kind: ReturnKind) -> str:
    said = event["data"]["object"]
    payment_id, cents = text(said.get("payment_intent")), cents_of(said.get("amount"))
    if payment_id is None:
        return NOT_OURS  # Money that did not come through a checkout.
    if cents is None:
        raise UnusablePayment(f"it is a {kind} without an amount")
    return _take_back(session, event, kind, payment_id, cents)


def _take_back(session: Session, event: Said, kind: ReturnKind, payment_id: str, cents: int) -> str:
    said = event["data"]["object"]
    stripe_id = text(said.get("id"))
    if stripe_id is None:
        raise UnusablePayment(f"it is a {kind} without an id")
    status, said_at = text(said.get("status")) or "", number(event.get("created")) or 0
    order = orders.take_back(session, PaymentReturnFacts(stripe_id, payment_id, kind, cents, status, said_at))
    return _told(order) if order else EARLY


def _named_order(session: Session, said: Said) -> Order | None:
    """Other programs of the same Stripe account have names of their own."""
    metadata = said.get("metadata")
    ours = metadata.get("order_id") if isinstance(metadata, dict) else None
    for name in (said.get("client_reference_id"), ours):
        try:
            order = session.get(Order, UUID(str(name)))
        except ValueError:
            continue
        if order is not None:
            return order
    return None


def _told(order: Order) -> str:
    return f"order {order.id} is {order.state}"


Handler = Callable[[Session, str, Said, Payment | None], str]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(SESSIONS, _on_session),
    **dict.fromkeys(CHARGES, _on_charge),
    **dict.fromkeys(REFUNDS, _on_refund),
    **dict.fromkeys(DISPUTES, _on_dispute),
}
OLD_NAMES = {"charge.refund.updated"}
"""What they say, `refund.updated` says as well."""
NEEDED = frozenset(HANDLERS) - OLD_NAMES
"""What an endpoint has to be told of."""
