"""Is money right: balances against entries, debts, and orders that nobody has settled."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, func, select

from echoes.credits import ledger
from echoes.credits.ledger import Difference
from echoes.models import Order, OrderState, User, now

PATIENCE = timedelta(minutes=10)
MOST = 200


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
    old = (col(Order.state) == OrderState.PENDING, col(Order.created_at) < now() - PATIENCE)
    return Books(
        differences=ledger.differences(session),
        debtors=list(session.exec(debtors)),
        owed=int(session.exec(select(func.sum(User.debt))).one() or 0),
        unsettled=list(session.exec(select(Order).where(*old).order_by(col(Order.id)).limit(MOST))),
    )
