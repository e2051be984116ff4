"""Reversals of grants: taken back, and given again when that was withdrawn, each time by its own entry."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.models import CreditEntry, EntryKind


def reverse(
    session: Session, owner_id: UUID, credits_back: int, cause: str, notes: tuple[str, str], order_id: UUID
) -> None:
    """Takes so many back, or gives them again where it is below 0; `notes` are for the one and the other.

    For transactions that hold `orders.one_at_a_time`: which entry of its cause this is, is counted.
    """
    move, note = (ledger.claw_back, notes[0]) if credits_back > 0 else (ledger.give, notes[1])
    reference = _next_reference(session, cause)
    move(session, owner_id, Movement(EntryKind.REVERSAL, abs(credits_back), reference, note, order_id))


def taken_back(session: Session, cause: str) -> int:
    """How many credits are taken back for it at the moment."""
    total = select(func.coalesce(func.sum(CreditEntry.amount), 0)).where(_of(cause))
    return -session.exec(total).one()


def _next_reference(session: Session, cause: str) -> str:
    """A dispute may take, give back and take again: the ledger writes each once."""
    count = session.exec(select(func.count()).select_from(CreditEntry).where(_of(cause))).one()
    return f"{cause}:{count + 1}" if count else cause


def _of(cause: str) -> sa.ColumnElement[bool]:
    again = col(CreditEntry.reference).startswith(f"{cause}:", autoescape=True)
    return (col(CreditEntry.kind) == EntryKind.REVERSAL) & ((col(CreditEntry.reference) == cause) | again)
