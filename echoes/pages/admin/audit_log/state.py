"""/admin/log: who did what."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from echoes.admin import audit
from echoes.components.design import empty_state
from echoes.models import AuditEntry
from echoes.pages.admin.common import AdminState, Section, admin_page, cell, table, unfolding_table
from echoes.pages.common.state import uuid_of, vars_of

PAGE = 50


@dataclass(frozen=True)
class Logged:
    id: str
    when: str
    who: str
    what: str
    change: str
    reason: str


class LogState(Section, AdminState):
    lines: list[Logged] = []
    has_more: bool = False

    async def _refresh(self) -> None:
        lines, has_more = await self._inspect(logged, max(PAGE, len(self.lines)))
        self._show(lines=lines, has_more=has_more)

    @rx.event
    async def more(self) -> None:
        last = uuid_of(self.lines[-1].id) if self.lines else None
        lines, self.has_more = await self._inspect(logged, PAGE, last)
        self.lines = [*self.lines, *lines]


shown = vars_of(LogState)


def logged(session: Session, limit: int, before: UUID | None = None) -> tuple[list[Logged], bool]:
    rows = audit.entries(session, before, limit=limit + 1)
    return [_line(entry) for entry in rows[:limit]], len(rows) > limit


def _line(entry: AuditEntry) -> Logged:
    change = f"{_short(entry.before)} → {_short(entry.after)}" if entry.before or entry.after else ""
    when = f"{entry.created_at:%-d %b %Y, %H:%M:%S}"
    return Logged(str(entry.id), when, entry.actor_name, entry.action, change, entry.reason)


def _short(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)[1:-1] or "nothing"


def log_page() -> rx.Component:
    return admin_page(
        "log",
        "Audit log",
        unfolding_table(
            shown.lines,
            table(
                "What operators did",
                ("When", "Who", "What", "Change", "Why"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state("scroll_text", "Nothing yet", "Whatever an operator does is kept here."),
        ),
    )


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("When", line.when),
        cell("Who", line.who),
        cell("What", line.what),
        cell("Change", rx.el.code(line.change)),
        cell("Why", line.reason),
        key=line.id,
    )
