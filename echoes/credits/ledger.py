"""The ledger: append-only entries, and a balance that the same transaction keeps.

For every user, `balance - debt` is the sum of the entries. The balance is never negative: what is clawed back
after it was spent becomes a debt, which the next credits pay first.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, func, select, update

from echoes.errors import OutOfCredits
from echoes.models import CreditEntry, EntryKind, User


@dataclass(frozen=True, slots=True)
class Movement:
    """`reference` names what it is for: there is one movement of a kind for it, ever."""

    kind: EntryKind
    amount: int
    """In credits, above 0; which way it goes, the function says."""
    reference: str
    note: str
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A user whose balance is not what the entries say."""

    user_id: UUID
    balance: int
    debt: int
    entries: int


def spend(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was spent before; raises OutOfCredits."""
    balance, debt = _lock(session, user_id)
    if _is_written(session, movement):
        return None
    if balance < movement.amount:
        raise OutOfCredits(needed=movement.amount, balance=balance)
    return _write(session, user_id, movement, -movement.amount, balance - movement.amount, debt)


def give(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was given before. A debt is paid first."""
    balance, debt = _lock(session, user_id)
    if _is_written(session, movement):
        return None
    paid = min(debt, movement.amount)
    return _write(session, user_id, movement, movement.amount, balance + movement.amount - paid, debt - paid)


def claw_back(session: Session, user_id: UUID, movement: Movement) -> CreditEntry | None:
    """None when it was clawed back before. What the balance does not hold becomes a debt."""
    balance, debt = _lock(session, user_id)
    if _is_written(session, movement):
        return None
    taken = min(balance, movement.amount)
    owed = debt + movement.amount - taken
    return _write(session, user_id, movement, -movement.amount, balance - taken, owed)


def entries_of(
    session: Session, user_id: UUID, before: UUID | None = None, limit: int = 50
) -> list[CreditEntry]:
    """Newest first, paged by key."""
    query = select(CreditEntry).where(col(CreditEntry.owner_id) == user_id)
    if before is not None:
        query = query.where(col(CreditEntry.id) < before)
    return list(session.exec(query.order_by(col(CreditEntry.id).desc()).limit(limit)))


def differences(session: Session, user_id: UUID | None = None) -> list[Difference]:
    """Users whose balance and entries disagree: there are none, unless something is broken."""
    total = func.coalesce(func.sum(CreditEntry.amount), 0)
    query = (
        select(User.id, User.balance, User.debt, total)
        .join(CreditEntry, col(CreditEntry.owner_id) == col(User.id), isouter=True)
        .group_by(col(User.id), col(User.balance), col(User.debt))
        .having(col(User.balance) - col(User.debt) != total)
    )
    if user_id is not None:
        query = query.where(col(User.id) == user_id)
    return [Difference(*row) for row in session.exec(query)]


def _lock(session: Session, user_id: UUID) -> tuple[int, int]:
    """Movements of one user come one after the other; on SQLite all do anyway."""
    row = select(User.balance, User.debt).where(col(User.id) == user_id).with_for_update()
    return session.exec(row).one()


def _is_written(session: Session, movement: Movement) -> bool:
    same = select(CreditEntry.id).where(
        col(CreditEntry.kind) == movement.kind, col(CreditEntry.reference) == movement.reference
    )
    return session.exec(same).first() is not None


def _write(
    session: Session, user_id: UUID, movement: Movement, amount: int, balance: int, debt: int
) -> CreditEntry:
    moved = update(User).where(col(User.id) == user_id)
    session.exec(moved.values(balance=balance, debt=debt, revision=col(User.revision) + 1))
    entry = CreditEntry(
        owner_id=user_id,
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
    return entry
