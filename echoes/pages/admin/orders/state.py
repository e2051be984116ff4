"""/admin/orders: what was bought; the address says in which state and since when."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes.admin import dashboard, ledger_health
from echoes.components.design import badge, choice, choices, empty_state
from echoes.models import Order, OrderState
from echoes.pages.admin.common import AdminState, Section, admin_page, cell, table, unfolding_table
from echoes.pages.common.state import uuid_of, vars_of
from echoes.text import formatting

PAGE = 50
ADDRESS = "/admin/orders"
EARNED = "earned"
STATES: dict[str, tuple[OrderState, ...]] = {
    EARNED: dashboard.EARNED, **{state.value: (state,) for state in OrderState},
}  # fmt: skip


@dataclass(frozen=True)
class OrderLine:
    id: str
    when: str
    who: str
    who_id: str
    what: str
    price: str
    state: str
    returned: str


class OrdersState(Section, AdminState):
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


shown = vars_of(OrdersState)


def order_lines(
    session: Session, state: str, days: str, limit: int, before: UUID | None = None
) -> tuple[list[OrderLine], bool]:
    """An address may say anything: what cannot be narrows nothing."""
    found = ledger_health.orders(
        session,
        STATES.get(state, ()),
        dashboard.start_of(int(days)) if days in {str(period) for period in dashboard.PERIODS} else None,
        before,
        limit + 1,
    )
    return [_line(order, name) for order, name in found[:limit]], len(found) > limit


def _line(order: Order, name: str) -> OrderLine:
    return OrderLine(
        id=str(order.id),
        when=f"{order.created_at:%-d %b %Y, %H:%M}",
        who=name or "somebody who has left",
        who_id=str(order.owner_id or ""),
        what=formatting.counted(order.credits, "credit"),
        price=formatting.money(order.price_cents, order.currency),
        state=order.state,
        returned=formatting.money(order.returned_cents, order.currency) if order.returned_cents else "",
    )


def orders_page() -> rx.Component:
    return admin_page(
        "orders",
        "Orders",
        choices(
            "State",
            choice("All", shown.state == "", on_click=shown.narrow("")),
            choice("All that were paid", shown.state == EARNED, on_click=shown.narrow(EARNED)),
            *[
                choice(
                    state.value.capitalize(), shown.state == state.value, on_click=shown.narrow(state.value)
                )
                for state in OrderState
            ],
        ),
        unfolding_table(
            shown.lines,
            table(
                "Orders",
                ("When", "Who", "What", "Price", "State", "Paid back"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state("receipt", "No such orders", "Whatever somebody begins to buy is listed here."),
        ),
    )


def _row(line: Any) -> rx.Component:
    who = router_link(line.who, to=f"/admin/people/{line.who_id}")
    return rx.el.tr(
        cell("When", line.when),
        cell("Who", rx.cond(line.who_id != "", who, line.who)),
        cell("What", line.what),
        cell("Price", line.price, class_name="numbers"),
        cell("State", badge(line.state)),
        cell("Paid back", line.returned, class_name="numbers"),
        key=line.id,
    )
