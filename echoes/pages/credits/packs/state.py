"""State of the credits page: buying credits: three packs, what a credit is for, and the way to the
payment page.
"""

import reflex as rx

from echoes.accounts.redirects import safe_redirect
from echoes.credits.payments.stripe import is_stand_in
from echoes.pages.common.following import follow
from echoes.pages.common.state import HOME, PageState
from echoes.pages.credits.buying import BuyingState
from echoes.pages.credits.packs.queries import PackViewModel, shop_of
from echoes.settings import get_settings


class CreditsState(BuyingState, PageState):
    packs: list[PackViewModel] = []
    purpose: str = ""
    debt: str = ""
    target: str = HOME
    is_practice: bool = False
    is_loaded: bool = False

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

    def _return_to(self) -> str:
        return self.target
