"""After the payment page: thanks, which waits for the payment service to say so, and the way back unpaid."""

from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.redirects import safe_next
from echoes.components.design import announce, card, icon, link_button, message
from echoes.credits import carts, orders
from echoes.credits.local_checkout import is_on_its_way
from echoes.credits.stripe import is_stand_in
from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.models import Order, OrderState
from echoes.pages.common.following import follow
from echoes.pages.common.shell import not_here, page, top_bar
from echoes.pages.common.state import HOME, Visit, uuid_of, vars_of
from echoes.settings import get_settings
from echoes.text import formatting

LONG_SECONDS = 15.0
STAGES = {
    OrderState.PAID: "paid",
    OrderState.FAILED: "failed",
    OrderState.EXPIRED: "expired",
    OrderState.REFUNDED: "returned",
    OrderState.DISPUTED: "returned",
}


@dataclass(frozen=True)
class OrderView:
    stage: str = ""
    credits: str = ""
    price: str = ""
    receipt: str = ""
    bank: str = ""
    """In local mode: where one can play the bank."""


class ThanksState(Visit):
    order: OrderView = OrderView()
    target: str = HOME
    again: str = "/credits"
    has_cart: bool = False
    is_slow: bool = False
    is_loaded: bool = False

    _session_id: str = ""
    _order_id: str = ""
    _since: float = 0.0

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Waits for the webhook. Nothing that a browser sends here moves a credit."""
        async with self:
            asked = self.router.url.query_parameters
            self.target = safe_next(asked.get("return"))
            self.again = buying_address(self.target)
            self._session_id, self._order_id = asked.get("session_id", ""), asked.get("order", "")
            self.order, self.is_slow, self.is_loaded = OrderView(), False, False
            self._since = monotonic()
            user_id = self._signed_in()
        await follow(self, ("user", user_id), self._refresh, renewal=LONG_SECONDS)

    async def _refresh(self) -> bool:
        try:
            found, has_cart = await self._look(order_view, self._session_id, self._order_id)
        except NotFound:
            found, has_cart = OrderView(stage="missing"), False
        is_slow = found.stage == "waiting" and monotonic() - self._since >= LONG_SECONDS
        self._show(order=found, has_cart=has_cart, is_slow=is_slow, is_loaded=True)
        return found.stage in ("waiting", "processing")


class CancelledState(Visit):
    target: str = HOME
    again: str = "/credits"
    has_cart: bool = False
    is_loaded: bool = False

    @rx.event
    async def enter(self) -> EventSpec | None:
        self._signed_in()
        self.target = safe_next(self.router.url.query_parameters.get("return"))
        self.again = buying_address(self.target)
        self._show(has_cart=await self._look(_has_cart), is_loaded=True)
        return None


thanks_shown = vars_of(ThanksState)
cancelled_shown = vars_of(CancelledState)


def order_view(session: UserSession, session_id: str, order_id: str) -> tuple[OrderView, bool]:
    """The person's own order, by either name: which of the two the address holds depends on who sent them."""
    try:
        order = orders.by_checkout(session, session_id)
    except NotFound:
        order = orders.get(session, uuid_of(order_id))
    return view_of(order), _has_cart(session)


def view_of(order: Order) -> OrderView:
    on_its_way = is_on_its_way(order)
    return OrderView(
        stage="processing" if on_its_way else STAGES.get(order.state, "waiting"),
        credits=formatting.counted(order.credits, "credit"),
        price=formatting.money(order.price_cents, order.currency),
        receipt=order.receipt_url or "",
        bank=f"/checkout/local/{order.id}" if on_its_way and is_stand_in(get_settings()) else "",
    )


def _has_cart(session: UserSession) -> bool:
    return carts.find(session) is not None


def buying_address(return_to: str) -> str:
    return f"/credits?{urlencode({'return': return_to})}"


def thanks_page() -> rx.Component:
    order = thanks_shown.order
    return page(
        rx.el.div(
            rx.match(
                order.stage,
                ("paid", _paid()),
                ("processing", _processing()),
                ("failed", _closed("The payment did not go through", "Nothing was charged.")),
                ("expired", _closed("The payment was not finished in time", "Nothing was charged.")),
                ("returned", _closed("This payment was given back", "Its credits went back with it.")),
                ("missing", not_here("There is no such order of yours.")),
                _waiting(),
            ),
            class_name="column narrow",
        ),
        bar=top_bar(),
    )


def _paid() -> rx.Component:
    order = thanks_shown.order
    return _outcome(
        "circle_check",
        "Thank you",
        rx.el.p(f"{order.credits} are yours now.", class_name="lead"),
        rx.cond(
            thanks_shown.has_cart,
            rx.el.p("What you were about to make is kept: it takes one tap to go on.", class_name="soft"),
        ),
        link_button("Go on", thanks_shown.target, kind="primary", class_name="large"),
        rx.cond(
            order.receipt != "",
            rx.el.a(
                icon("receipt", 18),
                f"Receipt for {order.price}",
                href=order.receipt,
                class_name="button quiet",
                target="_blank",
                rel="noopener noreferrer",
                custom_attrs={"reloadDocument": True},
            ),
        ),
        announce("Your credits are there."),
    )


def _waiting() -> rx.Component:
    return _outcome(
        "hourglass",
        "One moment",
        rx.el.p("The payment service is telling us about your payment.", class_name="lead"),
        rx.el.div(rx.el.span(), class_name="progress waiting", custom_attrs={"aria-hidden": "true"}),
        rx.cond(
            thanks_shown.is_slow,
            message(
                "This takes longer than usual. You may close this page: what you paid for is not lost, and"
                " your credits appear by themselves, within a quarter of an hour at the latest."
            ),
        ),
        rx.cond(thanks_shown.is_slow, link_button("Go on meanwhile", thanks_shown.target, kind="second")),
        announce("Waiting for the payment service."),
    )


def _processing() -> rx.Component:
    order = thanks_shown.order
    return _outcome(
        "landmark",
        "Your payment is on its way",
        rx.el.p(
            f"Your bank takes its time, some take days. {order.credits} appear by themselves as soon as the"
            " money has arrived.",
            class_name="lead",
        ),
        link_button("Go on meanwhile", thanks_shown.target, kind="primary"),
        rx.cond(order.bank != "", link_button("Local mode: play the bank", order.bank, kind="quiet")),
    )


def _closed(title: str, sentence: str) -> rx.Component:
    return _outcome(
        "circle_x",
        title,
        rx.el.p(sentence, class_name="lead"),
        link_button("Try again", thanks_shown.again, kind="primary"),
        link_button("Go back", thanks_shown.target, kind="quiet"),
    )


def cancelled_page() -> rx.Component:
    return page(
        rx.el.div(
            _outcome(
                "undo_2",
                "Nothing was bought",
                rx.el.p(
                    "You left before paying, and nothing was charged. ",
                    rx.cond(cancelled_shown.has_cart, "What you were about to make is kept.", ""),
                    class_name="lead",
                ),
                link_button("Try again", cancelled_shown.again, kind="primary"),
                link_button("Go back", cancelled_shown.target, kind="quiet"),
            ),
            class_name="column narrow",
        ),
        bar=top_bar(),
    )


def _outcome(icon_name: str, title: str, *children: rx.Component) -> rx.Component:
    return card(
        rx.el.div(icon(icon_name, 30), class_name="glyph"),
        rx.el.h1(title),
        *children,
        class_name="outcome",
    )
