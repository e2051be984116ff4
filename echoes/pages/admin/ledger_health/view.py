"""View of the ledger health page."""

from typing import Any

import reflex as rx

from echoes.components.design import button, message
from echoes.pages.admin.common.view import cell, section_page, table
from echoes.pages.admin.ledger_health.queries import LedgerHealthRow
from echoes.pages.admin.ledger_health.state import LedgerHealthState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(LedgerHealthState)


def ledger_health_page() -> rx.Component:
    return section_page(
        "books",
        rx.cond(
            shown.lists["differences"].lines.length() > 0,
            message("Balances and entries do not match. Look at these people first.", kind="error"),
            message(f"Every balance matches its entries. Computed at {shown.computed}.", kind="good"),
        ),
        _part("Differences", "differences"),
        _part("Debts", "debts", f"{shown.owed} credits are owed in total."),
        _part("Orders that never settled", "unsettled", "Older than ten minutes and still pending."),
        _part(
            "Payment events that were not used",
            "events",
            "Signed and stored. You will find them on Stripe’s dashboard under the same name.",
        ),
        rx.el.p(router_link("All pending orders", to="/admin/orders?state=pending"), class_name="small"),
        tools=button("Recompute now", icon_name="rotate_ccw", on_click=shown.recompute),
    )


def _part(title: str, part: str, sentence: Any = "") -> rx.Component:
    known = shown.lists[part]
    named = {"aria-label": f"Show more: {title}"}
    return rx.cond(
        known.lines.length() > 0,
        rx.el.section(
            rx.el.h2(title),
            rx.el.p(sentence, class_name="small soft"),
            table(title, ("Who", "What"), rx.foreach(known.lines.to(list[LedgerHealthRow]), _line)),
            rx.cond(known.has_more, button("Show more", on_click=shown.more(part), custom_attrs=named)),
            class_name="stack",
        ),
    )


def _line(line: Any) -> rx.Component:
    who = router_link(line.name, to=f"/admin/people/{line.person}")
    return rx.el.tr(
        cell("Who", rx.cond(line.person != "", who, line.name)), cell("What", line.what), key=line.id
    )
