"""/admin/books: the ledger's health."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes.admin import ledger_health
from echoes.admin.ledger_health import PAGE
from echoes.components.design import button, message
from echoes.credits import ledger
from echoes.credits.ledger import Difference
from echoes.errors import NotFound
from echoes.models import Order, User, WebhookEvent, now
from echoes.pages.admin.common import AdminState, Section, admin_page, cell, table
from echoes.pages.common.state import vars_of
from echoes.text import formatting

LONGEST_NAME = 120


@dataclass(frozen=True)
class BookLine:
    id: str
    """Of the person or the order."""
    person: str
    name: str
    what: str
    debt: int = 0


@dataclass(frozen=True)
class BookLines:
    """One of the lists, as far as it has been unfolded."""

    lines: list[BookLine] = field(default_factory=list)
    has_more: bool = False


def books_view(
    session: Session, unfolded: Mapping[str, int] | None = None
) -> tuple[dict[str, BookLines], int]:
    """At least so many lines of each list, and what is owed in all. Reads every entry that there is."""
    lengths = {part: max(PAGE, (unfolded or {}).get(part, 0)) for part in PARTS}
    lists = {part: book_lines(session, part, length) for part, length in lengths.items()}
    return lists, ledger_health.owing(session).credits


def book_lines(session: Session, part: str, limit: int = PAGE, last: BookLine | None = None) -> BookLines:
    """A page of one list, after its `last` line so far."""
    if part not in PARTS:
        raise NotFound
    found = PARTS[part](session, last, limit + 1)
    return BookLines(found[:limit], len(found) > limit)


def _differences(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_difference(one) for one in ledger.differences(session, after=after, limit=limit)]


def _debts(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = (last.debt, UUID(last.id)) if last else None
    return [_debt(user) for user in ledger_health.debtors(session, after, limit)]


def _unsettled(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_order(order) for order in ledger_health.unsettled(session, after, limit)]


def _events(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_event(row) for row in ledger_health.lost_events(session, after, limit)]


PARTS: dict[str, Callable[[Session, BookLine | None, int], list[BookLine]]] = {
    "differences": _differences, "debts": _debts, "unsettled": _unsettled, "events": _events,
}  # fmt: skip


def _difference(one: Difference) -> BookLine:
    person = str(one.user_id)
    said = f"balance {one.balance}, debt {one.debt}, entries say {one.entries}"
    return BookLine(person, person, person, said)


def _debt(user: User) -> BookLine:
    return BookLine(str(user.id), str(user.id), user.name, formatting.counted(user.debt, "credit"), user.debt)


def _order(order: Order) -> BookLine:
    said = f"{formatting.counted(order.credits, 'credit')}, begun {formatting.ago(order.created_at, now())}"
    return BookLine(str(order.id), str(order.owner_id or ""), str(order.id), said)


def _event(row: WebhookEvent) -> BookLine:
    said = f"{row.outcome or 'not handled yet'}, came {formatting.ago(row.created_at, now())}"
    return BookLine(str(row.id), "", f"{row.kind} ({row.event_id})"[:LONGEST_NAME], said)


class BooksState(Section, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # It reads every entry that there is: by hand, and when the page opens.

    lists: dict[str, BookLines] = {part: BookLines() for part in PARTS}
    owed: int = 0
    computed: str = ""

    def _begin(self) -> None:
        super()._begin()
        self.lists = {part: BookLines() for part in PARTS}

    async def _refresh(self) -> None:
        unfolded = {part: len(known.lines) for part, known in self.lists.items()}
        lists, owed = await self._inspect(books_view, unfolded)
        self._show(lists=lists, owed=owed, computed=f"{now():%H:%M:%S} UTC")

    @rx.event
    async def recompute(self) -> None:
        await self._fill()

    @rx.event
    async def more(self, part: str) -> None:
        known = self.lists.get(str(part), BookLines()).lines
        found = await self._inspect(book_lines, str(part), last=known[-1] if known else None)
        self.lists = self.lists | {str(part): BookLines([*known, *found.lines], found.has_more)}


shown = vars_of(BooksState)


def books_page() -> rx.Component:
    return admin_page(
        "books",
        "Ledger",
        rx.cond(
            shown.lists["differences"].lines.length() > 0,
            message("Balances and entries do not agree. Look at these people first.", kind="error"),
            message(f"Every balance is what its entries say. Computed at {shown.computed}.", kind="good"),
        ),
        _part("Differences", "differences"),
        _part("Debts", "debts", f"{shown.owed} credits are owed in all."),
        _part("Orders that never settled", "unsettled", "Older than ten minutes, and still pending."),
        _part(
            "Payment events that came to nothing",
            "events",
            "Signed, stored, and not used: what they say is in Stripe's dashboard, under the same name.",
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
            table(title, ("Who", "What"), rx.foreach(known.lines.to(list[BookLine]), _line)),
            rx.cond(known.has_more, button("Show more", on_click=shown.more(part), custom_attrs=named)),
            class_name="stack",
        ),
    )


def _line(line: Any) -> rx.Component:
    who = router_link(line.name, to=f"/admin/people/{line.person}")
    return rx.el.tr(
        cell("Who", rx.cond(line.person != "", who, line.name)), cell("What", line.what), key=line.id
    )
