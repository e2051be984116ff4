"""State of the thanks page and the cancelled-payment page: after the payment page: thanks, which
waits for the payment service to say so, and the way back unpaid.
"""

from time import monotonic
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.redirects import safe_redirect
from echoes.errors import NotFound
from echoes.pages.common.following import follow
from echoes.pages.common.state import HOME, PageState
from echoes.pages.credits.after_payment.queries import OrderViewModel, has_cart_of, read_order
from echoes.settings import get_settings

LONG_SECONDS = 15.0


class ThanksState(PageState):
    order: OrderViewModel = OrderViewModel()
    target: str = HOME
    again: str = "/credits"
    has_cart: bool = False
    is_slow: bool = False
    is_loaded: bool = False
    is_closed: bool = False
    """Nothing is sold here, and nothing is known of this purchase or will be."""

    _session_id: str = ""
    _order_id: str = ""
    _since: float = 0.0

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Waits for the webhook. Nothing that a browser sends here moves a credit."""
        async with self:
            asked = self.router.url.query_parameters
            self.target = safe_redirect(asked.get("return"))
            self.again = buying_address(self.target)
            self._session_id, self._order_id = asked.get("session_id", ""), asked.get("order", "")
            self.order, self.is_slow, self.is_loaded = OrderViewModel(), False, False
            self._since = monotonic()
            user_id = self._signed_in()
        await follow(self, ("user", user_id), self._refresh, renewal=LONG_SECONDS)

    async def _refresh(self) -> bool:
        try:
            found, has_cart = await self._look(read_order, self._session_id, self._order_id)
        except NotFound:
            found, has_cart = OrderViewModel(stage="missing"), False
        is_slow = found.stage == "waiting" and monotonic() - self._since >= LONG_SECONDS
        is_closed = _is_closed(found.stage)
        self._show(order=found, has_cart=has_cart, is_slow=is_slow, is_loaded=True, is_closed=is_closed)
        return found.stage in ("waiting", "processing")


def _is_closed(stage: str) -> bool:
    settings = get_settings()
    is_untold = stage == "missing" or (stage == "waiting" and not settings.hears_stripe)
    return is_untold and not settings.has_shop


class CancelledState(PageState):
    target: str = HOME
    again: str = "/credits"
    has_cart: bool = False
    is_loaded: bool = False

    @rx.event
    async def enter(self) -> EventSpec | None:
        self._signed_in()
        self.target = safe_redirect(self.router.url.query_parameters.get("return"))
        self.again = buying_address(self.target)
        self._show(has_cart=await self._look(has_cart_of), is_loaded=True)
        return None


def buying_address(return_to: str) -> str:
    return f"/credits?{urlencode({'return': return_to})}"
