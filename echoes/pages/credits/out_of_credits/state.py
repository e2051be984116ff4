"""State of the out-of-credits sheet: the choice is kept, the person buys credits and goes on with one tap."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from echoes.credits import carts
from echoes.errors import OutOfCredits, Refused
from echoes.pages.common.state import Service
from echoes.pages.credits.buying import BuyingState
from echoes.pages.credits.out_of_credits.queries import (
    PendingCart,
    Shortage,
    carry_out,
    carry_out_affordable,
    kept_shortage,
    shortage_of,
    waiting_in,
)
from echoes.pages.project.state import ProjectStepState
from echoes.takes.requesting import PriceChanged


class CreditsNeeded(BuyingState, ProjectStepState, mixin=True):
    """A page of a project where credits are spent."""

    shortage: Shortage = Shortage()
    waiting: PendingCart = PendingCart()

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
        self.shortage = await self._look(shortage_of, self._project_id(), short)

    def _return_to(self) -> str:
        """Back to this very page, where what was chosen waits."""
        return self.router.url.path

    def _after_going_on(self) -> EventSpec | None:
        """Where the page leads when clips were asked for."""
        return None

    @rx.event
    async def show_shortage(self) -> None:
        """Of what is kept: the bar below leads here."""
        self.shortage = await self._look(kept_shortage, self._project_id())

    @rx.event
    async def go_on(self, price: int | None = None) -> EventSpec | None:
        """The one tap after the purchase. `price` is what the button said."""
        shown = self.waiting
        return await self._carry_out(carry_out, shown.price if price is None else price, shown)

    @rx.event
    async def animate_affordable(self, price: int | None = None) -> EventSpec | None:
        """As many as the credits are enough for; the others stay in the cart."""
        return await self._carry_out(carry_out_affordable, self.shortage.price if price is None else price)

    async def _carry_out(
        self, service: Service[..., str | None], price: int, *shown: PendingCart
    ) -> EventSpec | None:
        self.shortage, then = Shortage(), None
        try:
            if left_out := await self._act(service, self._project_id(), price, *shown):
                self._toast(left_out)
            then = self._after_going_on()
        except OutOfCredits as short:
            await self._tell_of(short)
        except Refused:
            await self._fill()
            raise
        await self._fill()
        return then

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
        self.going, self._left_at = "", 0.0

    async def _fill(self) -> bool:
        """With the cart, beside what the page itself shows."""
        is_there = await super()._fill()
        if is_there:
            self._show(waiting=await self._look(waiting_in, self._project_id()))
        return is_there
