"""Buying credits: three packs, what a credit is for, and the way to the payment page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes import providers
from echoes.accounts.redirects import safe_next
from echoes.components.design import badge, button, card, icon, link_button, message, skeleton_grid
from echoes.credits import checkout, orders, packs
from echoes.credits.checkout import NoCheckout
from echoes.credits.stripe import is_stand_in
from echoes.database import UserSession
from echoes.models import CreditPack
from echoes.pages.common.following import follow
from echoes.pages.common.shell import page, top_bar
from echoes.pages.common.state import HOME, Visit, uuid_of, vars_of
from echoes.providers.base import UnknownProvider
from echoes.settings import get_settings
from echoes.text import formatting

SECONDS_TO_LEAVE = 3.0
"""So long a second tap is the same wish."""


@dataclass(frozen=True)
class PackView:
    id: str
    title: str
    credits: str
    price: str
    each: str
    is_best: bool


@dataclass(frozen=True)
class Shop:
    packs: tuple[PackView, ...]
    purpose: str
    debt: str


class CreditsState(Visit):
    packs: list[PackView] = []
    purpose: str = ""
    debt: str = ""
    target: str = HOME
    going: str = ""
    is_practice: bool = False
    is_loaded: bool = False

    _left_at: float = 0.0

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        async with self:
            self.target = safe_next(self.router.url.query_parameters.get("return"))
            self.going, self._left_at = "", 0.0
            self.is_practice = is_stand_in(get_settings())
            user_id = self._signed_in()
        await follow(self, ("user", user_id), self._refresh)

    async def _refresh(self) -> bool:
        shop = await self._look(shop_of)
        self._show(packs=list(shop.packs), purpose=shop.purpose, debt=shop.debt, is_loaded=True)
        return True

    @rx.event
    async def buy(self, pack_id: str) -> AsyncIterator[EventSpec | None]:
        if self.going or monotonic() - self._left_at < SECONDS_TO_LEAVE:
            return
        self.going = str(uuid_of(pack_id))
        yield None
        try:
            address = await self._checkout(uuid_of(pack_id))
            self._left_at = monotonic()
        finally:
            self.going = ""
        yield rx.redirect(address)

    async def _checkout(self, pack_id: UUID) -> str:
        """The order is there before anybody is sent to pay, and closed when nobody can be."""
        purchase = await self._act(checkout.order, pack_id)
        try:
            begun = await checkout.begin(get_settings(), purchase, self.target)
        except NoCheckout:
            await self._act(orders.abandon, purchase.order.id)
            raise
        await self._act(orders.send_to, purchase.order.id, begun.session_id)
        return begun.address


shown = vars_of(CreditsState)


def shop_of(session: UserSession) -> Shop:
    found = packs.offered(session)
    best = min(found, key=lambda pack: pack.price_cents / pack.credits, default=None)
    several = len({pack.price_cents / pack.credits for pack in found}) > 1
    views = tuple(_view(pack, several and pack is best) for pack in found)
    debt = session.user.debt
    return Shop(views, _purpose(session), formatting.counted(debt, "credit") if debt else "")


def _view(pack: CreditPack, is_best: bool) -> PackView:
    each = round(pack.price_cents / pack.credits)
    return PackView(
        id=str(pack.id),
        title=pack.title,
        credits=formatting.counted(pack.credits, "credit"),
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
        return "Making photographs move is free at the moment."
    return f"Making one photograph move costs {formatting.counted(price, 'credit')}."


def credits_page() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Buy credits"),
                rx.el.p(
                    "Credits bring your photographs to life. ", shown.purpose, class_name="lead", id="purpose"
                ),
                class_name="stack tight",
            ),
            rx.cond(shown.debt != "", _owed()),
            rx.cond(shown.is_practice, _practice()),
            rx.cond(shown.is_loaded, _packs(), skeleton_grid(3, "packs", "9rem")),
            _promises(),
            link_button("Go back", shown.target, kind="quiet", icon_name="arrow_left", class_name="back"),
            class_name="column narrow-shop stack loose",
        ),
        bar=top_bar(),
    )


def _packs() -> rx.Component:
    return rx.cond(
        shown.packs.length() > 0,
        rx.el.ul(rx.foreach(shown.packs, _pack), class_name="packs"),
        message("There is nothing to buy here at the moment. Please look in again later."),
    )


def _pack(pack: Any) -> rx.Component:
    return rx.el.li(
        card(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(pack.credits),
                    rx.cond(pack.is_best, badge("Best value", icon_name="star", good=True)),
                    class_name="row",
                ),
                rx.el.p(pack.title, class_name="soft"),
                rx.el.p(pack.each, class_name="small soft numbers"),
                class_name="pack-words",
            ),
            rx.cond(pack.is_best, _buy(pack, "primary"), _buy(pack, "second")),
            class_name=rx.cond(pack.is_best, "pack best", "pack"),
        ),
        key=pack.id,
    )


def _buy(pack: Any, kind: Any) -> rx.Component:
    return button(
        f"Buy for {pack.price}",
        kind=kind,
        busy=shown.going == pack.id,
        disabled=shown.going != "",
        on_click=shown.buy(pack.id),
        custom_attrs={"aria-label": f"Buy {pack.credits} for {pack.price}"},
    )


def _owed() -> rx.Component:
    return message(
        f"A payment was taken back after its credits were spent. {shown.debt} of what you buy next go"
        " towards that."
    )


def _practice() -> rx.Component:
    return message("Local mode: this is for practice. No money moves, and yet the credits are yours.")


def _promises() -> rx.Component:
    lines = (
        ("rotate_ccw", "If a clip fails, its credits come back by themselves."),
        ("clapperboard", "Arranging, watching, making and sending films costs nothing."),
        ("infinity", "Credits do not run out with time, and nothing is renewed by itself."),
        ("lock", "You pay on Stripe’s own page. Echoes never sees your card."),
    )
    return rx.el.ul(
        *[rx.el.li(icon(name), rx.el.span(sentence)) for name, sentence in lines], class_name="promises"
    )
