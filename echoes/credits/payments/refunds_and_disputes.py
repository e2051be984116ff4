"""Payment refunds and disputes (chargebacks): money that goes back, whole or in part.

What Stripe says of each is kept by its id, and what is said later wins. How many credits go back with it is
reckoned anew from all that is known, so that repeats and any order of events lead to the same end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from echoes.credits.reversals import reverse
from echoes.models import Order, OrderState, PaymentReturn, ReturnKind

STEPS = {
    ReturnKind.REFUND: (("pending", "requires_action"), ("succeeded",), ("failed", "canceled")),
    ReturnKind.DISPUTE: (
        ("warning_needs_response", "warning_under_review"),
        ("needs_response", "under_review", "appeal_needs_response", "appeal_under_review"),
        ("warning_closed", "prevented", "won", "lost"),
    ),
    ReturnKind.CHARGE: (),
}
"""How far each has come. No event leads back, whenever it arrives."""
WITHDRAWN = {"failed", "canceled"}
"""A refund that came to nothing. Stripe tells some without a status: of those the money is away."""
TAKEN = {"needs_response", "under_review", "appeal_needs_response", "appeal_under_review", "lost"}
"""An inquiry (warning) takes no money yet; a dispute that was won gives it back, an appeal not until then."""

NOTES = {
    ReturnKind.REFUND: ("Payment refunded", "Refund withdrawn"),
    ReturnKind.CHARGE: ("Payment refunded", "Refund withdrawn"),
    ReturnKind.DISPUTE: ("Payment disputed", "Dispute settled in your favour"),
}


@dataclass(frozen=True, slots=True)
class PaymentReturnFacts:
    """What one event says of one refund or dispute."""

    stripe_id: str
    payment_id: str
    kind: ReturnKind
    cents: int
    status: str
    said_at: int


def keep(session: Session, said: PaymentReturnFacts) -> None:
    """Without anything that depends on what came before."""
    known = session.exec(
        select(PaymentReturn).where(col(PaymentReturn.stripe_id) == said.stripe_id)
    ).one_or_none()
    if known is None:
        session.add(
            PaymentReturn(
                stripe_id=said.stripe_id,
                stripe_payment_id=said.payment_id,
                kind=said.kind,
                cents=said.cents,
                status=said.status,
                said_at=said.said_at,
            )
        )
    elif _standing(said.kind, said.status, said.said_at, said.cents) > _standing(
        known.kind, known.status, known.said_at, known.cents
    ):
        known.status, known.said_at, known.cents = said.status, said.said_at, said.cents
    session.flush()


def apply(session: Session, order: Order) -> None:
    """Takes back or gives back what the paid order's credits differ from what is known of its money."""
    rows = _returns_of(session, order)
    cents = min(order.price_cents, money_back(rows))
    credits_back = order.credits * cents // order.price_cents if order.price_cents else 0
    difference = credits_back - order.returned_credits
    order.returned_cents, order.returned_credits = cents, credits_back
    order.state = _state(order, rows)
    if difference and order.owner_id is not None:
        cause = max(rows, key=lambda row: (row.said_at, row.stripe_id))
        reverse(session, order.owner_id, difference, cause.stripe_id, NOTES[cause.kind], order.id)
    session.flush()


def is_all_back(order: Order) -> bool:
    return 0 < order.price_cents <= order.returned_cents


def money_back(rows: Sequence[PaymentReturn]) -> int:
    """A charge tells the sum of its refunds: what it knows beyond those that we were told of, counts too."""
    refunds = [row for row in rows if row.kind == ReturnKind.REFUND]
    told = sum(row.cents for row in rows if _is_away(row))
    by_charge = max((row.cents for row in rows if row.kind == ReturnKind.CHARGE), default=0)
    return told + max(0, by_charge - sum(row.cents for row in refunds))


def _is_away(row: PaymentReturn) -> bool:
    if row.kind == ReturnKind.REFUND:
        return row.status not in WITHDRAWN
    return row.kind == ReturnKind.DISPUTE and row.status in TAKEN


def _returns_of(session: Session, order: Order) -> Sequence[PaymentReturn]:
    if order.stripe_payment_id is None:
        return ()
    of_payment = col(PaymentReturn.stripe_payment_id) == order.stripe_payment_id
    return session.exec(select(PaymentReturn).where(of_payment).order_by(col(PaymentReturn.stripe_id))).all()


def _state(order: Order, rows: Sequence[PaymentReturn]) -> OrderState:
    if any(row.kind == ReturnKind.DISPUTE and _is_away(row) for row in rows):
        return OrderState.DISPUTED
    return OrderState.REFUNDED if is_all_back(order) else OrderState.PAID


def _standing(kind: ReturnKind, status: str, said_at: int, cents: int) -> tuple[int, int, int, str]:
    """Of two things said, the greater one stands. A charge's sum only grows."""
    if kind == ReturnKind.CHARGE:
        return (0, cents, said_at, status)
    step = next((number for number, names in enumerate(STEPS[kind], 1) if status in names), 0)
    return (step, said_at, cents, status)
