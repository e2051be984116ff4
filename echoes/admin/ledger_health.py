"""Ledger health.

Is money right: debts, orders that nobody has settled, payment events that came to nothing. Balances are
`ledger.differences`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, and_, col, func, or_, select

from echoes.admin.dashboard import first_id
from echoes.credits.payments.webhook import NO_SENSE
from echoes.models import Order, OrderState, User, WebhookEvent, now

UNSETTLED_AFTER = timedelta(minutes=10)
PAGE = 50


@dataclass(frozen=True, slots=True)
class UnsettledTotals:
    """What can be said of the ledger without reading every entry."""

    credits: int
    unsettled: int


def debtors(session: Session, after: tuple[int, UUID] | None = None, limit: int = PAGE) -> list[User]:
    """Who owes most first, paged by the debt and the id."""
    debt, key = col(User.debt), col(User.id)
    query = select(User).where(debt > 0)
    if after is not None:
        owed, last = after
        query = query.where(or_(debt < owed, and_(debt == owed, key > last)))
    return list(session.exec(query.order_by(debt.desc(), key).limit(limit)))


def unsettled(session: Session, after: UUID | None = None, limit: int = PAGE) -> list[Order]:
    """Oldest first, paged by key."""
    query = select(Order).where(*_unsettled())
    if after is not None:
        query = query.where(col(Order.id) > after)
    return list(session.exec(query.order_by(col(Order.id)).limit(limit)))


def lost_events(session: Session, after: UUID | None = None, limit: int = PAGE) -> list[WebhookEvent]:
    """Payment events that made no sense, or on whose handling we failed. Oldest first, paged by key."""
    is_late = col(WebhookEvent.handled_at).is_(None) & (
        col(WebhookEvent.created_at) < now() - UNSETTLED_AFTER
    )
    query = select(WebhookEvent).where(or_(is_late, col(WebhookEvent.outcome).startswith(NO_SENSE)))
    if after is not None:
        query = query.where(col(WebhookEvent.id) > after)
    return list(session.exec(query.order_by(col(WebhookEvent.id)).limit(limit)))


def unsettled_totals(session: Session) -> UnsettledTotals:
    waiting = select(func.count()).select_from(Order).where(*_unsettled())
    owed = session.exec(select(func.sum(User.debt))).one()
    return UnsettledTotals(int(owed or 0), session.exec(waiting).one())


def orders(
    session: Session,
    states: Collection[OrderState] = (),
    since: datetime | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[tuple[Order, str]]:
    """Orders and their people's names, if those are still here; newest first, paged by key."""
    query = select(Order, User.name).join(User, col(User.id) == col(Order.owner_id), isouter=True)
    if states:
        query = query.where(col(Order.state).in_(states))
    if since is not None:
        query = query.where(col(Order.id) >= first_id(since))
    if before is not None:
        query = query.where(col(Order.id) < before)
    return [
        (order, name or "") for order, name in session.exec(query.order_by(col(Order.id).desc()).limit(limit))
    ]


def _unsettled() -> tuple[Any, ...]:
    return (col(Order.state) == OrderState.PENDING, col(Order.created_at) < now() - UNSETTLED_AFTER)
