"""Monthly allowance: credits that each person is given once in a calendar month, by UTC."""

import logging
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from echoes import operator_settings
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import get_database
from echoes.models import CreditEntry, EntryKind, User, now
from echoes.operator_settings import Allowances
from echoes.settings import get_settings

BATCH = 100

logger = logging.getLogger(__name__)


def give_monthly(moment: datetime | None = None) -> int:
    """Housekeeping, again and again: what was given this month is not given a second time, because the ledger
    knows one movement by its reference. Returns how many people were given something."""
    month = f"{moment or now():%Y-%m}"
    with get_database().reading() as session:
        amount = operator_settings.read(session, Allowances).monthly_credits
    if not amount or not get_settings().counts_credits:
        return 0
    given, last = 0, None
    while people := _without(month, last):
        given += sum(_try_to_give(user_id, amount, month) for user_id in people)
        last = people[-1]
    return given


def _without(month: str, after: UUID | None) -> list[UUID]:
    """Who has not been given it yet, and neither is suspended nor leaving."""
    has = select(CreditEntry.owner_id).where(
        col(CreditEntry.kind) == EntryKind.GRANT, col(CreditEntry.reference).startswith(f"allowance:{month}:")
    )
    query = select(User.id).where(
        col(User.suspended_at).is_(None), col(User.deletes_at).is_(None), col(User.id).not_in(
            has.where(col(CreditEntry.owner_id).is_not(None))
        ),
    )  # fmt: skip
    if after is not None:
        query = query.where(col(User.id) > after)
    with get_database().reading() as session:
        return list(session.exec(query.order_by(col(User.id)).limit(BATCH)))


def _try_to_give(user_id: UUID, amount: int, month: str) -> bool:
    """In a transaction of its own: one that fails keeps no other waiting."""
    note = f"Your credits for {datetime.strptime(month, '%Y-%m'):%B %Y}"  # noqa: DTZ007 - a month has no zone
    try:
        with get_database().unscoped() as session:
            movement = Movement(EntryKind.GRANT, amount, f"allowance:{month}:{user_id}", note)
            return ledger.give(session, user_id, movement) is not None
    except Exception:
        logger.exception("somebody could not be given the credits of %s; it is tried again in an hour", month)
        return False
