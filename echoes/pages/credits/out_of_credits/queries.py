"""Queries of the out-of-credits sheet."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from echoes.clips import service as clips
from echoes.credits import carts, packs
from echoes.credits.carts import CartContents
from echoes.database import UserSession
from echoes.errors import NotFound, OutOfCredits
from echoes.models import Cart, Photo
from echoes.takes import requesting
from echoes.text import formatting

GONE = "What you wanted to animate is no longer there."


@dataclass(frozen=True)
class PackPrice:
    credits: str
    price: str


@dataclass(frozen=True)
class Shortage:
    """What the sheet says; without a title it is not shown."""

    title: str = ""
    sentence: str = ""
    packs: list[PackPrice] = field(default_factory=list)


@dataclass(frozen=True)
class PendingCart:
    """A cart of this project; without words there is none."""

    what: str = ""
    """Such as “animate 6 photos · 6 credits”."""
    cost: int = 0
    price: int = 0
    """Of each, as it is shown here."""
    news: str = ""
    """Says so when that is not what was shown when the choice was made."""


def shortage_of(session: UserSession, short: OutOfCredits) -> Shortage:
    have = formatting.pluralize(short.balance, "credit") if short.balance else "none"
    return Shortage(
        title=f"You need {formatting.pluralize(short.needed - short.balance, 'more credit')}",
        sentence=f"This takes {formatting.pluralize(short.needed, 'credit')}, and you have {have}. "
        "Nothing has been spent. We keep your choice: when you come back, one tap is enough.",
        packs=[
            PackPrice(
                formatting.pluralize(pack.credits, "credit"),
                formatting.money(pack.price_cents, pack.currency),
            )
            for pack in packs.offered(session)
        ],
    )


def waiting_in(session: UserSession, project_id: UUID) -> PendingCart:
    cart = _cart_of(session, project_id)
    if cart is None:
        return PendingCart()
    wishes = CartContents.model_validate(cart.wishes)
    if not (photos := len(_photos_of(session, project_id, wishes))):
        return PendingCart()
    price = requesting.offer(session).price
    cost = photos * wishes.variations * price
    priced = f" · {formatting.pluralize(cost, 'credit')}" if cost else ""
    news = f"Clips {requesting.price_in_words(price)} now. " if wishes.price not in (None, price) else ""
    return PendingCart(f"animate {formatting.pluralize(photos, 'photo')}{priced}", cost, price, news)


def carry_out(session: UserSession, project_id: UUID, price: int) -> str:
    """For the price that was shown last. Uses the cart up, in the same transaction. Says what could not be
    made any more."""
    cart = _cart_of(session, project_id)
    if cart is None:
        raise NotFound(GONE)
    wishes = CartContents.model_validate(cart.wishes)
    photo_ids = _photos_of(session, project_id, wishes)
    clips.animate_many(session, project_id, photo_ids, wishes.motion, wishes.wish, wishes.variations, price)
    carts.drop(session)
    gone = len(wishes.photo_ids) - len(photo_ids)
    return f"{formatting.pluralize(gone, 'photo')} had been removed in the meantime." if gone else ""


def _cart_of(session: UserSession, project_id: UUID) -> Cart | None:
    cart = carts.find(session)
    return cart if cart is not None and cart.project_id == project_id else None


def _photos_of(session: UserSession, project_id: UUID, wishes: CartContents) -> list[UUID]:
    """Those that are still there."""
    named = select(Photo.id).where(col(Photo.project_id) == project_id, col(Photo.id).in_(wishes.photo_ids))
    return list(session.exec(named))
