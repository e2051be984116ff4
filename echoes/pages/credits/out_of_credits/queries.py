"""Queries of the out-of-credits sheet."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from echoes.clips import regeneration
from echoes.clips import service as clips
from echoes.credits import carts, ledger, packs
from echoes.credits.carts import CartContents
from echoes.database import UserSession
from echoes.errors import NotFound, OutOfCredits, Refused
from echoes.models import Cart, Clip, CreditPack, Photo, Take
from echoes.settings import get_settings
from echoes.takes import requesting
from echoes.text import formatting

GONE = "What you wanted to animate is no longer there."
NO_SHOP = "Credits cannot be bought here. Please ask the people who run this site."


@dataclass(frozen=True)
class PackPrice:
    id: str
    credits: str
    price: str
    is_enough: bool
    """The smallest one that makes up for what is missing."""


@dataclass(frozen=True)
class Shortage:
    """What the sheet says; without a title it is not shown."""

    title: str = ""
    sentence: str = ""
    now: str = ""
    """What the credits that are there are enough for, such as “Animate 30 now · 30 credits”."""
    price: int = 0
    """Of each, as it is shown here."""
    packs: list[PackPrice] = field(default_factory=list)


@dataclass(frozen=True)
class PendingCart:
    """A cart of this project; without words there is none."""

    what: str = ""
    """Such as “animate 6 photos · 6 credits”."""
    clip: str = ""
    """The one that is to be made longer."""
    cost: int = 0
    price: int = 0
    """Of each, as it is shown here."""
    news: str = ""
    """Says so when that is not what was shown when the choice was made."""


def shortage_of(session: UserSession, project_id: UUID, short: OutOfCredits) -> Shortage:
    have = formatting.pluralize(short.balance, "credit") if short.balance else "none"
    missing, price = short.needed - short.balance, requesting.offer(session).price
    offered = packs.offered(session) if get_settings().has_shop else []
    return Shortage(
        title=f"You need {formatting.pluralize(missing, 'more credit')}",
        sentence=f"This takes {formatting.pluralize(short.needed, 'credit')}, and you have {have}. "
        "Nothing has been spent, and your choice is kept. " + ("" if offered else NO_SHOP),
        now=_now_in_words(session, project_id, price),
        price=price,
        packs=_prices(offered, missing),
    )


def kept_shortage(session: UserSession, project_id: UUID) -> Shortage:
    """Of the cart that is kept; empty when the credits reach by now."""
    waiting, balance = waiting_in(session, project_id), session.user.balance
    if waiting.cost <= balance:
        return Shortage()
    return shortage_of(session, project_id, OutOfCredits(waiting.cost, balance))


def _prices(offered: list[CreditPack], missing: int) -> list[PackPrice]:
    enough = min((pack.credits for pack in offered if pack.credits >= missing), default=0)
    return [
        PackPrice(
            str(pack.id),
            formatting.pluralize(pack.credits, "credit"),
            formatting.money(pack.price_cents, pack.currency),
            pack.credits == enough,
        )
        for pack in offered
    ]


def _now_in_words(session: UserSession, project_id: UUID, price: int) -> str:
    affordable = _affordable(session, project_id, price)
    if affordable is None:
        return ""
    wishes, photo_ids = affordable
    cost = formatting.pluralize(len(photo_ids) * wishes.variations * price, "credit")
    return f"Animate {len(photo_ids)} now · {cost}"


def _affordable(session: UserSession, project_id: UUID, price: int) -> tuple[CartContents, list[UUID]] | None:
    """The first photos of the cart, as many as the balance is enough for; none where that is none, or all."""
    cart = _cart_of(session, project_id)
    if cart is None or price == 0:
        return None
    wishes = CartContents.model_validate(cart.wishes)
    if wishes.clip_id is not None:
        return None
    there = set(_photos_of(session, project_id, wishes))
    photo_ids = [photo for photo in wishes.photo_ids if photo in there]
    count = session.user.balance // (price * wishes.variations)
    return (wishes, photo_ids[:count]) if 0 < count < len(photo_ids) else None


def waiting_in(session: UserSession, project_id: UUID) -> PendingCart:
    cart = _cart_of(session, project_id)
    if cart is None:
        return PendingCart()
    wishes = CartContents.model_validate(cart.wishes)
    if not (count := _left_of(session, project_id, wishes)):
        return PendingCart()
    price = requesting.offer(session).price
    cost = count * wishes.variations * price
    priced = f" · {formatting.pluralize(cost, 'credit')}" if cost else ""
    news = f"Clips {requesting.price_in_words(price)} now. " if wishes.price not in (None, price) else ""
    what = f"make a {wishes.seconds}-second clip" if wishes.clip_id else _animating(count)
    return PendingCart(f"{what}{priced}", str(wishes.clip_id or ""), cost, price, news)


def _animating(count: int) -> str:
    return f"animate {formatting.pluralize(count, 'photo')}"


def carry_out(session: UserSession, project_id: UUID, price: int, shown: PendingCart) -> str:
    """For the price, and of the choice, that was shown last: there is one cart a person, whatever the device.
    Uses it up, in the same transaction. Says what could not be made any more."""
    cart = _cart_of(session, project_id)
    if cart is None:
        raise NotFound(GONE)
    waiting = waiting_in(session, project_id)
    is_another = waiting.clip != shown.clip or (waiting.price == price and waiting.cost > shown.cost)
    if waiting.what and is_another:
        raise Refused("Your choice has changed in the meantime. Please check it, then tap again.")
    wishes = CartContents.model_validate(cart.wishes)
    gone = _request(session, project_id, wishes, price)
    carts.drop(session)
    return f"{formatting.pluralize(gone, 'photo')} had been removed in the meantime." if gone else ""


def _request(session: UserSession, project_id: UUID, wishes: CartContents, price: int) -> int:
    """How many photos are no longer there."""
    if wishes.clip_id is not None:
        if not _left_of(session, project_id, wishes):
            raise NotFound(GONE)
        regeneration.animate_longer(session, wishes.clip_id, wishes.seconds or 0, price)
        return 0
    photo_ids = _photos_of(session, project_id, wishes)
    clips.animate_many(session, project_id, photo_ids, wishes.motion, wishes.wish, wishes.variations, price)
    return len(wishes.photo_ids) - len(photo_ids)


def carry_out_affordable(session: UserSession, project_id: UUID, price: int) -> None:
    """As much of the cart as the balance is enough for; the rest stays in it."""
    ledger.lock(session, session.user_id)
    affordable = _affordable(session, project_id, price)
    if affordable is None:
        raise NotFound(GONE)
    wishes, photo_ids = affordable
    clips.animate_many(session, project_id, photo_ids, wishes.motion, wishes.wish, wishes.variations, price)
    rest = [photo for photo in wishes.photo_ids if photo not in photo_ids]
    carts.keep(session, project_id, wishes.model_copy(update={"photo_ids": rest}).model_dump())


def _cart_of(session: UserSession, project_id: UUID) -> Cart | None:
    cart = carts.find(session)
    return cart if cart is not None and cart.project_id == project_id else None


def _left_of(session: UserSession, project_id: UUID, wishes: CartContents) -> int:
    """How many clips there are to make, of what is still there."""
    if wishes.clip_id is None:
        return len(_photos_of(session, project_id, wishes))
    clip = session.get(Clip, wishes.clip_id)
    if clip is None or clip.project_id != project_id or clip.approved_take_id is None:
        return 0
    shown = session.get(Take, clip.approved_take_id)
    if shown is None or regeneration.is_being_made(session, clip):
        return 0
    return int(wishes.seconds in regeneration.longer_lengths(session, shown))


def _photos_of(session: UserSession, project_id: UUID, wishes: CartContents) -> list[UUID]:
    """Those that are still there."""
    named = select(Photo.id).where(col(Photo.project_id) == project_id, col(Photo.id).in_(wishes.photo_ids))
    return list(session.exec(named))
