"""Credit packs and their prices, which operators change while Echoes runs."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from echoes.models import CreditPack

FIRST_PACKS = (
    (UUID("01938000-0000-7000-8000-000000000001"), "A few clips", 5, 1500),
    (UUID("01938000-0000-7000-8000-000000000002"), "A whole film", 20, 4500),
    (UUID("01938000-0000-7000-8000-000000000003"), "A family album", 40, 8000),
)
"""Under fixed ids, so that two processes that start at once do not both add them."""


def offered(session: Session) -> list[CreditPack]:
    """The smallest first, unless operators put them in another order."""
    packs = select(CreditPack).where(col(CreditPack.is_offered))
    return list(session.exec(packs.order_by(col(CreditPack.position), col(CreditPack.credits))))


def seed_packs(session: Session) -> None:
    """At the very first start. What operators made of the packs later stays as it is."""
    if session.exec(select(CreditPack.id).limit(1)).first() is not None:
        return
    try:
        with session.begin_nested():
            session.add_all(
                CreditPack(id=pack_id, title=title, credits=size, price_cents=cents, position=position)
                for position, (pack_id, title, size, cents) in enumerate(FIRST_PACKS)
            )
    except IntegrityError:
        return  # Another process that starts just now was first.
