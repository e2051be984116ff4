"""What became of a person's credits, as a bank would write it: for the account page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from echoes.components.design import button, empty_state, icon, link_button, skeleton_grid
from echoes.credits import history
from echoes.credits.history import Line, Subject
from echoes.database import UserSession
from echoes.models import CreditEntry, EntryKind
from echoes.pages.common.following import follow
from echoes.pages.common.state import Visit, vars_of
from echoes.text.formatting import counted, money

LINES = 20


@dataclass(frozen=True)
class StatementLine:
    id: str
    day: str
    what: str
    about: str
    """In which film, for how much money."""
    change: str
    spoken: str
    """The change for those who listen: signs are not read aloud."""
    is_gain: bool
    balance: str
    owed: str
    receipt: str


class StatementState(Visit):
    lines: list[StatementLine] = []
    has_more: bool = False
    is_loaded: bool = False

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """For the on_load of the page that shows the statement."""
        async with self:
            person = self._signed_in()
        await follow(self, ("user", person), self._refresh)

    async def _refresh(self) -> bool:
        """As many lines as are shown, so that a change does not fold up what was unfolded."""
        shown = max(LINES, len(self.lines))
        lines = await self._look(statement_page, None, shown + 1)
        self._show(lines=lines[:shown], has_more=len(lines) > shown, is_loaded=True)
        return True

    @rx.event
    async def more(self) -> None:
        if not self.lines or not self.has_more:
            return
        older = await self._look(statement_page, UUID(self.lines[-1].id), LINES + 1)
        self._show(lines=[*self.lines, *older[:LINES]], has_more=len(older) > LINES)


def statement_page(session: UserSession, before: UUID | None, limit: int) -> list[StatementLine]:
    return [_line_of(line) for line in history.page_of(session, before, limit)]


def _line_of(line: Line) -> StatementLine:
    entry, subject = line.entry, line.subject
    what, about = _said(entry, subject)
    count = counted(abs(entry.amount), "credit")
    is_gain = entry.amount > 0
    return StatementLine(
        id=str(entry.id),
        day=f"{entry.created_at:%-d %B %Y}",
        what=what,
        about=about,
        change=f"{'+' if is_gain else '−'}{abs(entry.amount)}",
        spoken=f"{count} {'added' if is_gain else 'taken'}",
        is_gain=is_gain,
        balance=str(entry.balance_after),
        owed=f"{entry.debt_after} owed" if entry.debt_after else "",
        receipt=(subject.order.receipt_url or "") if subject.order else "",
    )


def _said(entry: CreditEntry, subject: Subject) -> tuple[str, str]:
    """What it was, and about what."""
    if subject.order is not None:
        order = subject.order
        bought = f"{counted(order.credits, 'credit')} for {money(order.price_cents, order.currency)}"
        return (bought, "") if entry.kind == EntryKind.PURCHASE else (entry.note, f"Order: {bought}")
    if entry.kind == EntryKind.GENERATION and subject.name:
        return f"Clip of {subject.name}", f"In “{subject.project}”"
    if entry.kind == EntryKind.REFUND and subject.name:
        return entry.note, f"{subject.name}, in “{subject.project}”"
    return entry.note, f"“{subject.name}”" if subject.name else ""


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
        "No credit has moved yet",
        "What you get, buy and spend will be listed here.",
        link_button("Get credits", "/credits"),
    )


def _lines() -> rx.Component:
    headings = ("Date", "What for", "Credits", "Balance")
    return rx.el.div(
        rx.el.table(
            rx.el.caption("What became of your credits, the newest first", class_name="visually-hidden"),
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
