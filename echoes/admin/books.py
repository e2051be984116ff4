"""Is money right: balances against entries, debts, and orders that nobody has settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes.admin.today import first_id
from echoes.credits import ledger
from echoes.credits.ledger import Difference
from echoes.models import Order, OrderState, User, now

PATIENCE = timedelta(minutes=10)
MOST, PAGE = 200, 50


@dataclass(frozen=True, slots=True)
class Owing:
    """What can be told of the books without reading every entry."""

    credits: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Books:
    differences: list[Difference]
    """There are none, unless something is broken."""
    debtors: list[User]
    owed: int
    unsettled: list[Order]


def recompute(session: Session) -> Books:
    """Reads every entry there is."""
    debtors = select(User).where(col(User.debt) > 0).order_by(col(User.debt).desc()).limit(MOST)
    return Books(
        differences=ledger.differences(session),
        debtors=list(session.exec(debtors)),
        owed=_owed(session),
        unsettled=list(session.exec(select(Order).where(*_unsettled()).order_by(col(Order.id)).limit(MOST))),
    )


def owing(session: Session) -> Owing:
    unsettled = select(func.count()).select_from(Order).where(*_unsettled())
    return Owing(_owed(session), session.exec(unsettled).one())


def orders(
    session: Session,
    state: OrderState | None = None,
    since: datetime | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[tuple[Order, str]]:
    """Orders and their people's names, if those are still here; newest first, paged by key."""
    query = select(Order, User.name).join(User, col(User.id) == col(Order.owner_id), isouter=True)
    if state is not None:
        query = query.where(col(Order.state) == state)
    if since is not None:
        query = query.where(col(Order.id) >= first_id(since))
    if before is not None:
        query = query.where(col(Order.id) < before)
    return [
        (order, name or "") for order, name in session.exec(query.order_by(col(Order.id).desc()).limit(limit))
    ]


def _owed(session: Session) -> int:
    return int(session.exec(select(func.sum(User.debt))).one() or 0)


def _unsettled() -> tuple[Any, ...]:
    return (col(Order.state) == OrderState.PENDING, col(Order.created_at) < now() - PATIENCE)
