"""Out of credits in mid-flow: the choice is kept, the person buys, comes back, and goes on with one tap."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import col, select

from echoes.clips import service as clips
from echoes.components.design import button, link_button
from echoes.components.dialog import actions
from echoes.credits import carts, packs
from echoes.credits.carts import Wishes
from echoes.database import UserSession
from echoes.errors import NotFound, OutOfCredits
from echoes.models import Cart, Photo
from echoes.pages.common.shell import next_bar, sheet
from echoes.pages.common.state import Service
from echoes.pages.project.common import Step
from echoes.takes import requesting
from echoes.takes.requesting import PriceChanged
from echoes.text import formatting

GONE = "What you wanted to animate is not there any more."


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
class Waiting:
    """A cart of this project; without words there is none."""

    what: str = ""
    """Such as “animate 6 photos · 6 credits”."""
    cost: int = 0
    price: int = 0
    """Of each, as it is shown here."""
    news: str = ""
    """Says so when that is not what was shown when the choice was made."""


class CreditsNeeded(Step, mixin=True):
    """A page of a project where credits are spent."""

    shortage: Shortage = Shortage()
    waiting: Waiting = Waiting()

    async def _spend(self, wishes: dict[str, Any], service: Service[..., Any], *args: Any) -> None:
        """When the credits do not reach, the wishes are kept and the sheet says what is missing. When the
        price is another one than the page shows, the page shows it, and nothing else happens."""
        try:
            await self._act(service, *args)
        except OutOfCredits as short:
            await self._act(carts.keep, self._project_id(), wishes)
            await self._tell_of(short)
        except PriceChanged:
            await self._fill()
            raise

    async def _tell_of(self, short: OutOfCredits) -> None:
        self.shortage = await self._look(shortage_of, short)

    @rx.event
    async def go_on(self) -> None:
        """The one tap after the purchase."""
        self.shortage = Shortage()
        try:
            if left_out := await self._act(carry_out, self._project_id(), self.waiting.price):
                self._say(left_out)
        except OutOfCredits as short:
            await self._tell_of(short)
        except PriceChanged:
            await self._fill()
            raise
        await self._fill()

    @rx.event
    async def forget_cart(self) -> None:
        await self._act(carts.drop)
        await self._fill()

    @rx.event
    def close_shortage(self) -> None:
        """The cart stays: the bar below offers it, and a way to let it go."""
        self.shortage = Shortage()

    def _begin(self) -> None:
        super()._begin()
        self.shortage = Shortage()

    async def _fill(self) -> bool:
        """With the cart, beside what the page itself shows."""
        is_there = await super()._fill()
        if is_there:
            self._show(waiting=await self._look(waiting_in, self._project_id()))
        return is_there


def shortage_of(session: UserSession, short: OutOfCredits) -> Shortage:
    have = formatting.counted(short.balance, "credit") if short.balance else "none"
    return Shortage(
        title=f"You need {formatting.counted(short.needed - short.balance, 'more credit')}",
        sentence=f"This takes {formatting.counted(short.needed, 'credit')}, and you have {have}. "
        "Nothing has been spent. Your choice is kept: when you come back, one tap goes on with it.",
        packs=[
            PackPrice(
                formatting.counted(pack.credits, "credit"), formatting.money(pack.price_cents, pack.currency)
            )
            for pack in packs.offered(session)
        ],
    )


def waiting_in(session: UserSession, project_id: UUID) -> Waiting:
    cart = _cart_of(session, project_id)
    if cart is None:
        return Waiting()
    wishes = Wishes.model_validate(cart.wishes)
    if not (photos := len(_photos_of(session, project_id, wishes))):
        return Waiting()
    price = requesting.offer(session).price
    cost = photos * wishes.variations * price
    priced = f" · {formatting.counted(cost, 'credit')}" if cost else ""
    news = f"Clips {requesting.costing(price)} now. " if wishes.price not in (None, price) else ""
    return Waiting(f"animate {formatting.counted(photos, 'photo')}{priced}", cost, price, news)


def carry_out(session: UserSession, project_id: UUID, price: int) -> str:
    """For the price that was shown last. Uses the cart up, in the same transaction. Says what could not be
    made any more."""
    cart = _cart_of(session, project_id)
    if cart is None:
        raise NotFound(GONE)
    wishes = Wishes.model_validate(cart.wishes)
    photo_ids = _photos_of(session, project_id, wishes)
    clips.animate_many(session, project_id, photo_ids, wishes.motion, wishes.wish, wishes.variations, price)
    carts.drop(session)
    gone = len(wishes.photo_ids) - len(photo_ids)
    return f"{formatting.counted(gone, 'photo')} had been removed meanwhile." if gone else ""


def _cart_of(session: UserSession, project_id: UUID) -> Cart | None:
    cart = carts.find(session)
    return cart if cart is not None and cart.project_id == project_id else None


def _photos_of(session: UserSession, project_id: UUID, wishes: Wishes) -> list[UUID]:
    """Those that are still there."""
    named = select(Photo.id).where(col(Photo.project_id) == project_id, col(Photo.id).in_(wishes.photo_ids))
    return list(session.exec(named))


def needed_sheet(shown: Any) -> rx.Component:
    """`shown` is the page's state, as its page sees it."""
    return sheet(
        rx.el.p(shown.shortage.sentence),
        rx.el.ul(rx.foreach(shown.shortage.packs, _pack), class_name="pack-prices"),
        actions(
            button("Not now", on_click=shown.close_shortage),
            link_button("Get credits", _shop(shown), kind="primary", icon_name="coins"),
        ),
        title=shown.shortage.title,
        is_open=shown.shortage.title != "",
        on_close=shown.close_shortage,
    )


def _pack(pack: Any) -> rx.Component:
    return rx.el.li(rx.el.span(pack.credits), rx.el.strong(pack.price, class_name="numbers"))


def go_on_bar(shown: Any, otherwise: rx.Component) -> rx.Component:
    """What comes next as long as a cart waits, else what the page has to offer. It turns by itself when the
    credits arrive."""
    is_affordable = shown.balance >= shown.waiting.cost
    what = shown.waiting.what
    return rx.cond(
        what != "",
        next_bar(
            rx.el.span(
                shown.waiting.news,
                rx.cond(is_affordable, "What you chose before is kept.", f"You were about to {what}."),
            ),
            rx.el.div(
                button("Not now", kind="quiet", on_click=shown.forget_cart),
                rx.cond(
                    is_affordable,
                    button(f"Go on: {what}", kind="primary", icon_name="sparkles", on_click=shown.go_on),
                    link_button("Get credits", _shop(shown), kind="primary", icon_name="coins"),
                ),
                class_name="go-on",
            ),
        ),
        otherwise,
    )


def _shop(shown: Any) -> Any:
    return f"/credits?return=/project/{shown.project_id}/clips"
