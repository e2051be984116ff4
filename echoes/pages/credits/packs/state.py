"""State of the credits page: buying credits: three packs, what a credit is for, and the way to the
payment page.
"""

from collections.abc import AsyncIterator
from time import monotonic
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.redirects import safe_redirect
from echoes.credits import checkout, orders
from echoes.credits.checkout import NoCheckout
from echoes.credits.stripe import is_stand_in
from echoes.pages.common.following import follow
from echoes.pages.common.state import HOME, PageState, uuid_of
from echoes.pages.credits.packs.queries import PackViewModel, shop_of
from echoes.settings import get_settings

SECONDS_TO_LEAVE = 3.0
"""So long a second tap is the same wish."""


class CreditsState(PageState):
    packs: list[PackViewModel] = []
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
            self.target = safe_redirect(self.router.url.query_parameters.get("return"))
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
