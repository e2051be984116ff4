"""Queries of the credits page."""

from dataclasses import dataclass

from echoes import providers
from echoes.credits import packs
from echoes.database import UserSession
from echoes.models import CreditPack
from echoes.providers.base import UnknownProvider
from echoes.text import formatting


@dataclass(frozen=True)
class PackViewModel:
    id: str
    title: str
    credits: str
    price: str
    each: str
    is_best: bool


@dataclass(frozen=True)
class Shop:
    packs: tuple[PackViewModel, ...]
    purpose: str
    debt: str


def shop_of(session: UserSession) -> Shop:
    found = packs.offered(session)
    best = min(found, key=lambda pack: pack.price_cents / pack.credits, default=None)
    several = len({pack.price_cents / pack.credits for pack in found}) > 1
    views = tuple(_view(pack, several and pack is best) for pack in found)
    debt = session.user.debt
    return Shop(views, _purpose(session), formatting.pluralize(debt, "credit") if debt else "")


def _view(pack: CreditPack, is_best: bool) -> PackViewModel:
    each = round(pack.price_cents / pack.credits)
    return PackViewModel(
        id=str(pack.id),
        title=pack.title,
        credits=formatting.pluralize(pack.credits, "credit"),
        price=formatting.money(pack.price_cents, pack.currency),
        each=f"{formatting.money(each, pack.currency)} a credit",
        is_best=is_best,
    )


def _purpose(session: UserSession) -> str:
    """In credits, because that is what is bought here."""
    try:
        price = providers.price_of(session, *providers.active(session))
    except UnknownProvider:
        return ""
    if price == 0:
        return "Animating photos is free at the moment."
    return f"Animating one photo costs {formatting.pluralize(price, 'credit')}."
