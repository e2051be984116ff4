"""The ledger: append-only entries, and a balance that the same transaction keeps.

For every user, `balance - debt` is the sum of the entries. The balance is never negative: what is clawed back
after it was spent becomes a debt, which the next credits pay first.

Order of locks: a project or an order before the user, and of two users the one who came later before the one
who came earlier. Whoever writes an entry and also `touch`es a project, touches first.
"""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from echoes.database import after_commit
from echoes.errors import NotFound, OutOfCredits
from echoes.models import CreditEntry, EntryKind, User
from echoes.observability.metrics import count_credits

NO_KEY = {"key_share": True}
"""PostgreSQL: rows that refer to the user can be added by others meanwhile, or each would wait for us."""


@dataclass(frozen=True, slots=True)
class Movement:
    """`reference` names what it is for: there is one movement of a kind for it, ever."""

    kind: EntryKind
    amount: int
    """In credits, above 0; which way it goes, the function says."""
    reference: str
    note: str
    """What the person reads; the database blanks it when they are gone."""
    subject_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a movement of {self.amount} credits is none: {self.reference}")


@dataclass(frozen=True, slots=True)
class Difference:
    """A user whose balance is not what the entries say."""

    user_id: UUID
    balance: int
    debt: int
    entries: int


def spend(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was spent before; raises OutOfCredits."""
    user = lock(session, user_id)
    if is_written(session, movement.kind, movement.reference):
        return None
    _refuse_below(user, movement.amount)
    return _write(session, user, movement, -movement.amount, user.balance - movement.amount, user.debt)


def require(session: Session, user_id: UUID, total: int) -> None:
    """Before several are spent in one transaction: raises OutOfCredits for all of them together."""
    _refuse_below(lock(session, user_id), total)


def give(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was given before. A debt is paid first."""
    user = lock(session, user_id)
    if is_written(session, movement.kind, movement.reference):
        return None
    paid = min(user.debt, movement.amount)
    balance = user.balance + movement.amount - paid
    return _write(session, user, movement, movement.amount, balance, user.debt - paid)


def claw_back(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was clawed back before. What the balance does not hold becomes a debt."""
    user = lock(session, user_id)
    if is_written(session, movement.kind, movement.reference):
        return None
    taken = min(user.balance, movement.amount)
    owed = user.debt + movement.amount - taken
    return _write(session, user, movement, -movement.amount, user.balance - taken, owed)


def is_written(session: Session, kind: EntryKind, reference: str) -> bool:
    same = select(CreditEntry.id).where(
        col(CreditEntry.kind) == kind, col(CreditEntry.reference) == reference
    )
    return session.exec(same).first() is not None


def balance_of(session: Session, user_id: UUID) -> int:
    """One row by its key, however long the history is."""
    return session.exec(select(User.balance).where(col(User.id) == user_id)).one()


def entries_of(
    session: Session, user_id: UUID, before: UUID | None = None, limit: int = 50
) -> list[CreditEntry]:
    """Newest first, paged by key."""
    query = select(CreditEntry).where(col(CreditEntry.owner_id) == user_id)
    if before is not None:
        query = query.where(col(CreditEntry.id) < before)
    return list(session.exec(query.order_by(col(CreditEntry.id).desc()).limit(limit)))


def differences(
    session: Session, user_id: UUID | None = None, after: UUID | None = None, limit: int | None = None
) -> list[Difference]:
    """Users whose balance and entries disagree, or who owe and have at once: none, unless something broke.
    In the order of their ids; with a limit, paged by that."""
    sums = select(CreditEntry.owner_id, func.sum(CreditEntry.amount).label("total")).group_by(
        col(CreditEntry.owner_id)
    )
    if user_id is not None:
        sums = sums.where(col(CreditEntry.owner_id) == user_id)
    entries = sums.subquery()
    total, balance, debt = func.coalesce(entries.c.total, 0), col(User.balance), col(User.debt)
    query = (
        select(User.id, User.balance, User.debt, total)
        .join(entries, entries.c.owner_id == col(User.id), isouter=True)
        .where(sa.or_(balance - debt != total, sa.and_(balance > 0, debt > 0)))
    )
    if user_id is not None:
        query = query.where(col(User.id) == user_id)
    if after is not None:
        query = query.where(col(User.id) > after)
    return [Difference(*row) for row in session.exec(query.order_by(col(User.id)).limit(limit))]


def lock(session: Session, user_id: UUID) -> User:
    """Movements of one user come one after the other; on SQLite all do anyway."""
    user = session.get(User, user_id, with_for_update=NO_KEY)
    if user is None:
        raise NotFound
    return user


def _refuse_below(user: User, amount: int) -> None:
    if user.balance < amount:
        raise OutOfCredits(needed=amount, balance=user.balance)


def _write(
    session: Session, user: User, movement: Movement, amount: int, balance: int, debt: int
) -> CreditEntry:
    _move(session, user, balance, debt)
    entry = CreditEntry(
        owner_id=user.id,
        kind=movement.kind,
        reference=movement.reference,
        amount=amount,
        balance_after=balance,
        debt_after=debt,
        note=movement.note,
        subject_id=movement.subject_id,
    )
    session.add(entry)
    session.flush()
    after_commit(session, lambda: count_credits(movement.kind.value, amount))
    return entry


def _move(session: Session, user: User, balance: int, debt: int) -> None:
    """Only from where the lock found it: were the lock ever missing, no movement would be lost unnoticed."""
    unmoved = update(User).where(
        col(User.id) == user.id, col(User.balance) == user.balance, col(User.debt) == user.debt
    )
    moved = unmoved.values(balance=balance, debt=debt, revision=col(User.revision) + 1)
    if session.exec(moved).rowcount != 1:
        raise RuntimeError(f"the balance of {user.id} moved under its lock")
