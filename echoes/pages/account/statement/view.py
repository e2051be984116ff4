"""View of the statement of credits."""

from typing import Any

import reflex as rx

from echoes.components.design import button, empty_state, icon, link_button, skeleton_grid
from echoes.pages.account.statement.state import StatementState
from echoes.pages.common.state import vars_of

shown = vars_of(StatementState)


def statement() -> rx.Component:
    """Needs `StatementState.watch` among its page's on_load."""
    return rx.cond(
        shown.is_loaded,
        rx.cond(shown.lines.length() > 0, _lines(), _nothing_yet()),
        skeleton_grid(4, "stack tight", "3.5rem"),
    )


def _nothing_yet() -> rx.Component:
    return empty_state(
        "receipt_text",
        "No credits have moved yet",
        rx.cond(
            shown.has_shop,
            "What you get, buy and spend will be listed here.",
            "What you get and spend will be listed here.",
        ),
        rx.cond(shown.has_shop, link_button("Get credits", "/credits")),
    )


def _lines() -> rx.Component:
    headings = ("Date", "What for", "Credits", "Balance")
    return rx.el.div(
        rx.el.table(
            rx.el.caption("Your credits, newest first", class_name="visually-hidden"),
            rx.el.thead(rx.el.tr(*[rx.el.th(heading, scope="col") for heading in headings])),
            rx.el.tbody(rx.foreach(shown.lines, _line)),
            class_name="statement",
        ),
        rx.cond(shown.has_more, button("Show earlier ones", on_click=shown.more)),
        class_name="stack",
    )


def _line(line: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(line.day, class_name="day"),
        rx.el.td(
            rx.el.span(line.what, class_name="what"),
            rx.cond(line.about != "", rx.el.span(line.about, class_name="about")),
            rx.cond(line.receipt != "", _receipt(line)),
            class_name="for",
        ),
        rx.el.td(
            rx.el.span(line.change, custom_attrs={"aria-hidden": "true"}),
            rx.el.span(line.spoken, class_name="visually-hidden"),
            class_name=rx.cond(line.is_gain, "change gain", "change"),
        ),
        rx.el.td(
            line.balance,
            rx.cond(line.owed != "", rx.el.span(line.owed, class_name="owed")),
            class_name="after",
        ),
        key=line.id,
    )


def _receipt(line: Any) -> rx.Component:
    return rx.el.a(
        icon("receipt_text", 16),
        "Receipt",
        href=line.receipt,
        target="_blank",
        rel="noopener",
        class_name="receipt",
        custom_attrs={"reloadDocument": True},
    )
