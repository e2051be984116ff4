"""Way to the payment page, shared by the pages that sell packs: one order a tap, then off to the checkout."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from time import monotonic
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.credits.payments import checkout, orders
from echoes.credits.payments.checkout import NoCheckout
from echoes.pages.common.state import PageState, uuid_of
from echoes.settings import get_settings

SECONDS_TO_LEAVE = 3.0
"""So long a second tap is the same wish."""


class BuyingState(PageState, mixin=True):
    going: str = ""
    """The pack whose checkout is being opened."""

    _left_at: float = 0.0

    @abstractmethod
    def _return_to(self) -> str:
        """The path of ours that the buyer comes back to."""

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
            begun = await checkout.begin(get_settings(), purchase, self._return_to())
        except NoCheckout:
            await self._act(orders.abandon, purchase.order.id)
            raise
        await self._act(orders.send_to, purchase.order.id, begun.session_id)
        return begun.address
