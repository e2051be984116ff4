"""Refunds of credits: what was paid for a take comes back, once, when there is no clip of it.

A picture that a provider's safety check refuses costs us as much as a good one: of those, so many a day are
paid back as operators have set.
"""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes import operator_settings
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.models import CreditEntry, EntryKind, User, now
from echoes.operator_settings import Moderation

DAY = timedelta(days=1)
NOTE = "Refund: this clip was not made"
NOTE_OF_STOPPED = "Refund: you stopped this clip"
NOTE_OF_REFUSED = "Refund: the safety check refused this picture"
"""Also what such refunds are counted by: takes may be removed, entries never are."""


def reference(take_id: UUID) -> str:
    return f"take:{take_id}"


def give_back(session: Session, owner_id: UUID, take_id: UUID, price: int, note: str = NOTE) -> bool:
    """False when nothing was paid, when it came back before, or when there is nobody to give it to."""
    if price <= 0 or session.get(User, owner_id) is None:
        return False
    movement = Movement(EntryKind.REFUND, price, reference(take_id), note, take_id)
    return ledger.give(session, owner_id, movement) is not None


def refused_pictures_left(session: Session, owner_id: UUID) -> int:
    """How many more refused pictures are paid back today."""
    allowed = operator_settings.read(session, Moderation).refunds_per_day
    given = select(func.count()).where(
        col(CreditEntry.owner_id) == owner_id,
        col(CreditEntry.kind) == EntryKind.REFUND,
        col(CreditEntry.note) == NOTE_OF_REFUSED,
        col(CreditEntry.created_at) > now() - DAY,
    )
    return max(0, allowed - session.exec(given).one())


def settle_refused(session: Session, owner_id: UUID, take_id: UUID, price: int) -> bool:
    """Whether it came back."""
    if price <= 0 or session.get(User, owner_id) is None:
        return False
    ledger.lock(session, owner_id)
    if refused_pictures_left(session, owner_id) == 0:
        return False
    return give_back(session, owner_id, take_id, price, NOTE_OF_REFUSED)


def said(price: int) -> str:
    """What follows the sentence about a failure, when it came back."""
    return "" if price <= 0 else "Your credit is back." if price == 1 else f"Your {price} credits are back."
