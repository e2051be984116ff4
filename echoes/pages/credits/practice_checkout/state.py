"""State of the practice checkout page: local mode: the payment page that stands in for Stripe's, with
all that can happen on one.
"""

from typing import TYPE_CHECKING

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.redirects import safe_redirect
from echoes.credits.payments import practice_checkout
from echoes.credits.payments.checkout import cancelled_address, thanks_address
from echoes.credits.payments.practice_checkout import SimulatedAction
from echoes.errors import BadInput, NotFound
from echoes.models import OrderState
from echoes.pages.common.state import HOME, PageState
from echoes.pages.credits.after_payment.queries import OrderViewModel, view_of
from echoes.pages.credits.practice_checkout.queries import order_of
from echoes.settings import get_settings


class PracticeCheckoutState(PageState):
    if TYPE_CHECKING:
        order_id: str  # Reflex makes it of the route.

    bill: OrderViewModel = OrderViewModel()
    target: str = HOME
    is_open: bool = False
    is_missing: bool = False
    is_loaded: bool = False

    @rx.event
    async def enter(self) -> None:
        self._signed_in()
        self.target = safe_redirect(self.router.url.query_parameters.get("return"))
        self.bill, self.is_open, self.is_missing, self.is_loaded = OrderViewModel(), False, False, False
        try:
            order = await self._look(order_of, self.order_id)
        except NotFound:
            self._show(is_missing=True, is_loaded=True)
            return
        self._show(bill=view_of(order), is_open=order.state == OrderState.PENDING, is_loaded=True)

    @rx.event
    async def act(self, name: str) -> EventSpec:
        try:
            act = SimulatedAction(name)
        except ValueError:
            raise BadInput("Please choose one of the ways to pay.") from None
        order = await self._look(order_of, self.order_id)
        await practice_checkout.send(get_settings(), order, act)
        if act == SimulatedAction.CANCEL:
            return rx.redirect(cancelled_address(self.target))
        return rx.redirect(f"{thanks_address(order.id, self.target)}&session_id={order.stripe_session_id}")
