"""View of the admin dashboard."""

from typing import Any

import reflex as rx

from echoes.admin.dashboard import PERIODS
from echoes.components.design import card, choice, choices
from echoes.pages.admin.common.view import section_page
from echoes.pages.admin.dashboard.queries import Bar
from echoes.pages.admin.dashboard.state import DashboardState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(DashboardState)


def dashboard_page() -> rx.Component:
    return section_page(
        "",
        rx.el.ul(rx.foreach(shown.tiles, _tile), class_name="tiles"),
        rx.cond(
            shown.failures.length() > 0,
            rx.el.section(
                rx.el.h2("Why clips failed"),
                rx.el.ul(rx.foreach(shown.failures, _tile), class_name="tiles"),
                class_name="stack",
            ),
        ),
        rx.cond(shown.charts.length() > 0, rx.el.div(rx.foreach(shown.charts, _drawn), class_name="charts")),
        tools=_periods(),
    )


def _periods() -> rx.Component:
    labels = {1: "Today", 7: "7 days", 30: "30 days", 90: "90 days"}
    return choices(
        "Period",
        *[choice(labels[days], shown.days == days, on_click=shown.choose_period(days)) for days in PERIODS],
    )


def _tile(tile: Any) -> rx.Component:
    look = rx.cond(tile.is_bad, "tile-link bad", "tile-link")
    return rx.el.li(
        rx.cond(
            tile.address != "",
            router_link(*_told(tile), to=tile.address, class_name=look),
            rx.el.div(*_told(tile), class_name=look),
        )
    )


def _told(tile: Any) -> list[rx.Component]:
    return [
        rx.el.span(tile.label, class_name="small soft"),
        rx.el.strong(tile.figure, class_name="numbers"),
        rx.cond(tile.hint != "", rx.el.span(tile.hint, class_name="small soft")),
    ]


def _drawn(chart: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2(chart.label), rx.el.strong(chart.total, class_name="numbers"), class_name="row between"
        ),
        rx.el.ul(
            rx.foreach(
                chart.bars.to(list[Bar]),
                lambda bar: rx.el.li(
                    rx.el.span(bar.label, class_name="visually-hidden"),
                    title=bar.label,
                    style={"--height": f"{bar.height}%"},
                ),
            ),
            class_name="bars",
            custom_attrs={"aria-label": chart.label},
        ),
        rx.el.div(
            rx.el.span(chart.first_day),
            rx.el.span(chart.last_day),
            class_name="row between small soft numbers",
        ),
        rx.el.p(
            rx.cond(chart.most != "", chart.most, "Nothing in this period"), class_name="small soft numbers"
        ),
        class_name="stack tight",
    )
