"""Orders: written before anybody is sent to pay, settled by what the payment service says.

`settle` is the one function that ends an order, whoever brings the news: a webhook, the reconciliation, the
practice checkout. It may be called again, in any order, with anything that was once true.
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from echoes.credits import ledger, rewards
from echoes.credits.ledger import Movement
from echoes.credits.payments import refunds_and_disputes
from echoes.credits.payments.refunds_and_disputes import PaymentReturnFacts
from echoes.database import UserSession
from echoes.errors import InternalError, NotFound, Refused
from echoes.models import CreditPack, EntryKind, Order, OrderState, User, now

LOCAL = "cs_local_"
"""So begin sessions of the practice checkout, which Stripe knows nothing of."""
NOT_SOLD = "This pack is no longer sold. Please choose another one."
BOUGHT = "Credits bought"
MONEY_LOCK = 0x6D6F6E6579
UNPAID = (OrderState.PENDING, OrderState.FAILED, OrderState.EXPIRED)

logger = logging.getLogger(__name__)


class PaymentOutcome(StrEnum):
    PAID = "paid"
    PROCESSING = "processing"
    """The person has done their part; the bank takes its time."""
    FAILED = "failed"
    EXPIRED = "expired"


CLOSED = {PaymentOutcome.FAILED: OrderState.FAILED, PaymentOutcome.EXPIRED: OrderState.EXPIRED}


@dataclass(frozen=True, slots=True)
class Payment:
    """What is said of an order's payment. None: nothing was said about that."""

    outcome: PaymentOutcome | None
    session_id: str | None = None
    payment_id: str | None = None
    cents: int | None = None
    currency: str | None = None
    receipt_url: str | None = None
    fingerprint: str | None = None


def place(session: UserSession, pack_id: UUID) -> Order:
    """A new order of the person: each attempt to buy is one."""
    pack = session.get(CreditPack, pack_id)
    if pack is None or not pack.is_offered:
        raise Refused(NOT_SOLD)
    order = Order(
        owner_id=session.user_id,
        pack_id=pack.id,
        credits=pack.credits,
        price_cents=pack.price_cents,
        currency=pack.currency,
    )
    session.add(order)
    session.flush()
    return order


def get(session: UserSession, order_id: UUID) -> Order:
    """The person's own, or NotFound."""
    order = session.get(Order, order_id)
    if order is None:
        raise NotFound
    return order


def by_checkout(session: UserSession, stripe_session_id: str) -> Order:
    query = select(Order).where(col(Order.stripe_session_id) == stripe_session_id)
    order = session.exec(query).one_or_none()
    if order is None:
        raise NotFound
    return order


def send_to(session: UserSession, order_id: UUID, stripe_session_id: str) -> None:
    """Where the person is being sent to pay. A webhook may have been faster."""
    unsent = update(Order).where(col(Order.id) == order_id, col(Order.stripe_session_id).is_(None))
    session.exec(unsent.values(stripe_session_id=stripe_session_id))


def abandon(session: UserSession, order_id: UUID) -> None:
    """Nobody was sent to pay."""
    unsent = update(Order).where(
        col(Order.id) == order_id,
        col(Order.stripe_session_id).is_(None),
        col(Order.state) == OrderState.PENDING,
    )
    session.exec(unsent.values(state=OrderState.FAILED, settled_at=now()))


class UnusablePayment(InternalError):
    """Signed, and nothing that can be used, however often it is delivered; says why."""

    code = "unusable_payment"


def settle(session: Session, order_id: UUID, payment: Payment) -> Order:
    """For unscoped sessions: whoever brings the news is nobody's session."""
    one_at_a_time(session)
    order = session.get_one(Order, order_id, with_for_update=True)
    _require_of_no_other(session, order, payment)
    _learn(order, payment)
    if payment.outcome == PaymentOutcome.PAID:
        _grant(session, order)
    elif payment.outcome in CLOSED:
        _close(order, CLOSED[payment.outcome])
    if order.state not in UNPAID:
        refunds_and_disputes.apply(session, order)
        rewards.on_return(session, order, refunds_and_disputes.is_all_back(order))
    _tell(session, order)
    return order


def take_back(session: Session, said: PaymentReturnFacts) -> Order | None:
    """None while no order is known to have had this payment: `settle` will find it."""
    one_at_a_time(session)
    refunds_and_disputes.keep(session, said)
    of_payment = col(Order.stripe_payment_id) == said.payment_id
    order_id = session.exec(select(Order.id).where(of_payment)).one_or_none()
    return None if order_id is None else settle(session, order_id, Payment(outcome=None))


def under_way(session: Session) -> int:
    """How many were sent to Stripe and may still be paid there."""
    session_id = col(Order.stripe_session_id)
    is_at_stripe = session_id.is_not(None) & ~session_id.startswith(LOCAL, autoescape=True)
    pending = select(func.count()).where(col(Order.state) == OrderState.PENDING, is_at_stripe)
    return session.exec(pending).one()


def one_at_a_time(session: Session) -> None:
    """As on SQLite, which has one writer: a payment and its refund must not pass each other unseen."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(MONEY_LOCK)))


def _require_of_no_other(session: Session, order: Order, payment: Payment) -> None:
    """A payment pays one order, for ever: who says otherwise is not right later. Raises UnusablePayment."""
    names = ((Order.stripe_session_id, payment.session_id), (Order.stripe_payment_id, payment.payment_id))
    same = [col(column) == name for column, name in names if name]
    others = select(Order.id).where(col(Order.id) != order.id, sa.or_(*same)) if same else None
    if others is not None and session.exec(others).first() is not None:
        raise UnusablePayment("it names a payment or a session of another order")


def _learn(order: Order, payment: Payment) -> None:
    """What is known stays: events say the same again, or less. The price is what was really asked for."""
    if payment.cents and payment.currency:
        order.price_cents, order.currency = payment.cents, payment.currency
    order.stripe_session_id = order.stripe_session_id or payment.session_id
    order.stripe_payment_id = order.stripe_payment_id or payment.payment_id
    if order.owner_id is not None:  # Of somebody who is gone, we keep neither.
        order.payment_fingerprint = order.payment_fingerprint or payment.fingerprint
        order.receipt_url = order.receipt_url or payment.receipt_url


def _grant(session: Session, order: Order) -> None:
    """A payment counts even when the order had been given up."""
    if order.state not in UNPAID:
        return
    order.state, order.settled_at = OrderState.PAID, now()
    session.flush()
    if order.owner_id is None:
        logger.error("order %s was paid after its person had left: please refund it at Stripe", order.id)
    else:
        bought = Movement(EntryKind.PURCHASE, order.credits, f"order:{order.id}", BOUGHT, order.id)
        ledger.give(session, order.owner_id, bought)
        rewards.on_first_purchase(session, order)


def _close(order: Order, state: OrderState) -> None:
    """Failed says more than expired; paid says more than both."""
    if order.state in (OrderState.PENDING, OrderState.EXPIRED) and order.state != state:
        order.state, order.settled_at = state, now()


def _tell(session: Session, order: Order) -> None:
    """The person's open tabs look again."""
    if order.owner_id is not None:
        person = update(User).where(col(User.id) == order.owner_id)
        session.exec(person.values(revision=col(User.revision) + 1))
    session.flush()
