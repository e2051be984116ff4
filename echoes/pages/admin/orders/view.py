"""View of the orders page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, choice, choices, empty_state
from echoes.models import OrderState
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.admin.orders.queries import EARNED
from echoes.pages.admin.orders.state import OrdersState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(OrdersState)


def orders_page() -> rx.Component:
    return section_page(
        "orders",
        choices(
            "State",
            choice("All", shown.state == "", on_click=shown.narrow("")),
            choice("All paid orders", shown.state == EARNED, on_click=shown.narrow(EARNED)),
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
                ("When", "Who", "What", "Price", "State", "Refunded"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state(
                "receipt", "No orders found", "Orders appear here as soon as somebody starts to buy."
            ),
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
        cell("Refunded", line.returned, class_name="numbers"),
        key=line.id,
    )
