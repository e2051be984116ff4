"""Local mode: the payment page that stands in for Stripe's, with all that can happen on one."""

from typing import TYPE_CHECKING

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.redirects import safe_next
from echoes.components.design import button, card, message, skeleton
from echoes.credits import local_checkout, orders
from echoes.credits.checkout import cancelled_address, thanks_address
from echoes.credits.local_checkout import Act
from echoes.database import UserSession
from echoes.errors import BadInput, NotFound
from echoes.models import Order, OrderState
from echoes.pages.common.shell import not_here, page, top_bar
from echoes.pages.common.state import HOME, Visit, uuid_of, vars_of
from echoes.pages.credits.after_payment.state import OrderView, view_of
from echoes.settings import get_settings


class LocalCheckoutState(Visit):
    if TYPE_CHECKING:
        order_id: str  # Reflex makes it of the route.

    bill: OrderView = OrderView()
    target: str = HOME
    is_open: bool = False
    is_missing: bool = False
    is_loaded: bool = False

    @rx.event
    async def enter(self) -> None:
        self._signed_in()
        self.target = safe_next(self.router.url.query_parameters.get("return"))
        self.bill, self.is_open, self.is_missing, self.is_loaded = OrderView(), False, False, False
        try:
            order = await self._look(_order, self.order_id)
        except NotFound:
            self._show(is_missing=True, is_loaded=True)
            return
        self._show(bill=view_of(order), is_open=order.state == OrderState.PENDING, is_loaded=True)

    @rx.event
    async def act(self, name: str) -> EventSpec:
        try:
            act = Act(name)
        except ValueError:
            raise BadInput("This is no way to pay.") from None
        order = await self._look(_order, self.order_id)
        await local_checkout.send(get_settings(), order, act)
        if act == Act.CANCEL:
            return rx.redirect(cancelled_address(self.target))
        return rx.redirect(f"{thanks_address(order.id, self.target)}&session_id={order.stripe_session_id}")


shown = vars_of(LocalCheckoutState)


def _order(session: UserSession, order_id: str) -> Order:
    """The person's own, and where there is a local checkout at all."""
    order = orders.get(session, uuid_of(order_id))
    local_checkout.require_open(get_settings(), order)
    return order


def local_checkout_page() -> rx.Component:
    return page(
        rx.el.div(
            rx.cond(
                shown.is_loaded,
                rx.cond(
                    shown.is_missing,
                    not_here("There is no such order, or it is paid for elsewhere."),
                    _bill(),
                ),
                skeleton("18rem"),
            ),
            class_name="column narrow",
        ),
        bar=top_bar(),
    )


def _bill() -> rx.Component:
    return card(
        rx.el.p("A practice payment", class_name="small soft"),
        rx.el.h1(shown.bill.price),
        rx.el.p(shown.bill.credits, class_name="lead"),
        rx.cond(shown.is_open, _choices(), message(local_checkout.CLOSED)),
        class_name="outcome",
    )


def _choices() -> rx.Component:
    """On the way already, only the bank has a say."""
    return rx.cond(
        shown.bill.stage == "processing",
        rx.el.div(
            rx.el.p("The money is on its way. What does the bank do?"),
            button("The money arrives", kind="primary", on_click=shown.act(Act.ARRIVE)),
            button("The money never comes", on_click=shown.act(Act.FAIL)),
            class_name="ways",
        ),
        rx.el.div(
            button(f"Pay {shown.bill.price}", kind="primary", on_click=shown.act(Act.PAY)),
            button("Pay later, by bank transfer", on_click=shown.act(Act.PAY_LATER)),
            button("Let the payment fail", on_click=shown.act(Act.FAIL)),
            button("Cancel", kind="quiet", on_click=shown.act(Act.CANCEL)),
            rx.el.p("No money moves here: this page stands in for Stripe’s.", class_name="small soft"),
            class_name="ways",
        ),
    )
