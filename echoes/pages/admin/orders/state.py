"""State of the orders page (`/admin/orders`); the address says in which state and since when."""

from urllib.parse import parse_qs, urlencode

import reflex as rx
from reflex.event import EventSpec

from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.orders.queries import OrderLine, order_lines
from echoes.pages.common.state import uuid_of

PAGE = 50
ADDRESS = "/admin/orders"


class OrdersState(AdminPageState, AdminState):
    lines: list[OrderLine] = []
    has_more: bool = False
    state: str = ""
    days: str = ""

    def _begin(self) -> None:
        super()._begin()
        given = parse_qs(str(self.router.url.query))
        self.lines, self.state, self.days = [], given.get("state", [""])[0], given.get("days", [""])[0]

    async def _refresh(self) -> None:
        lines, has_more = await self._inspect(order_lines, self.state, self.days, max(PAGE, len(self.lines)))
        self._show(lines=lines, has_more=has_more)

    @rx.event
    def narrow(self, state: str) -> EventSpec:
        wanted = {"state": str(state)[:20], "days": self.days[:20]}
        return rx.redirect(f"{ADDRESS}?{urlencode({name: value for name, value in wanted.items() if value})}")

    @rx.event
    async def more(self) -> None:
        last = uuid_of(self.lines[-1].id) if self.lines else None
        lines, self.has_more = await self._inspect(order_lines, self.state, self.days, PAGE, last)
        self.lines = [*self.lines, *lines]
