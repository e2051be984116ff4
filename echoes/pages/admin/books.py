"""/admin/books: the ledger's health."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes.admin import books
from echoes.components.design import button, message
from echoes.models import now
from echoes.pages import words
from echoes.pages.admin.base import AdminState, Section, admin_page, cell, table
from echoes.pages.base import vars_of


@dataclass(frozen=True)
class BookLine:
    person: str
    name: str
    what: str


@dataclass(frozen=True)
class BooksView:
    differences: list[BookLine]
    debts: list[BookLine]
    unsettled: list[BookLine]
    owed: int


class BooksState(Section, AdminState):
    RENEWAL = 3600.0  # It reads every entry that there is: by hand, and when the page opens.

    differences: list[BookLine] = []
    debts: list[BookLine] = []
    unsettled: list[BookLine] = []
    owed: int = 0
    computed: str = ""

    async def _refresh(self) -> None:
        found = await self._inspect(books_view)
        self._show(
            differences=found.differences, debts=found.debts, unsettled=found.unsettled, owed=found.owed,
            computed=f"{now():%H:%M:%S} UTC",
        )  # fmt: skip

    @rx.event
    async def recompute(self) -> None:
        await self._fill()


shown = vars_of(BooksState)


def books_view(session: Session) -> BooksView:
    found = books.recompute(session)
    return BooksView(
        differences=[
            BookLine(
                str(one.user_id),
                str(one.user_id),
                f"balance {one.balance}, debt {one.debt}, entries say {one.entries}",
            )
            for one in found.differences
        ],
        debts=[
            BookLine(str(user.id), user.name, words.counted(user.debt, "credit")) for user in found.debtors
        ],
        unsettled=[
            BookLine(
                str(order.owner_id or ""),
                str(order.id),
                f"{words.counted(order.credits, 'credit')}, begun {words.ago(order.created_at, now())}",
            )
            for order in found.unsettled
        ],
        owed=found.owed,
    )


def books_page() -> rx.Component:
    return admin_page(
        "books",
        "Ledger",
        rx.cond(
            shown.differences.length() > 0,
            message("Balances and entries do not agree. Look at these people first.", kind="error"),
            message(f"Every balance is what its entries say. Computed at {shown.computed}.", kind="good"),
        ),
        _part("Differences", shown.differences),
        _part("Debts", shown.debts, f"{shown.owed} credits are owed in all."),
        _part("Orders that never settled", shown.unsettled, "Older than ten minutes, and still pending."),
        rx.el.p(router_link("All pending orders", to="/admin/orders?state=pending"), class_name="small"),
        tools=button("Recompute now", icon_name="rotate_ccw", on_click=shown.recompute),
    )


def _part(title: str, lines: Any, sentence: Any = "") -> rx.Component:
    return rx.cond(
        lines.length() > 0,
        rx.el.section(
            rx.el.h2(title),
            rx.el.p(sentence, class_name="small soft"),
            table(title, ("Who", "What"), rx.foreach(lines, _line)),
            class_name="stack",
        ),
    )


def _line(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("Who", router_link(line.name, to=f"/admin/people/{line.person}")), cell("What", line.what)
    )
