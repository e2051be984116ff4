"""State of the out-of-credits sheet: out of credits in mid-flow: the choice is kept, the person buys,
comes back, and goes on with one tap.
"""

from typing import Any

import reflex as rx

from echoes.credits import carts
from echoes.errors import OutOfCredits
from echoes.pages.common.state import Service
from echoes.pages.credits.out_of_credits.queries import (
    PendingCart,
    Shortage,
    carry_out,
    shortage_of,
    waiting_in,
)
from echoes.pages.project.state import ProjectStepState
from echoes.takes.requesting import PriceChanged


class CreditsNeeded(ProjectStepState, mixin=True):
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
        self.shortage = await self._look(shortage_of, short)

    @rx.event
    async def go_on(self, price: int | None = None) -> None:
        """The one tap after the purchase. `price` is what the button said."""
        self.shortage = Shortage()
        price = self.waiting.price if price is None else price
        try:
            if left_out := await self._act(carry_out, self._project_id(), price):
                self._toast(left_out)
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
