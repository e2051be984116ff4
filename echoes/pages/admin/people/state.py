"""/admin/people: find somebody."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import reflex as rx
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes.admin import dashboard, users
from echoes.components.design import badge, button, empty_state
from echoes.models import Role, User, now
from echoes.pages.admin.common import AdminState, Section, admin_page, cell, table, unfolding_table
from echoes.pages.common.state import text_of, uuid_of, vars_of
from echoes.text import formatting

PAGE = 50
PERIODS = {str(days): "today" if days == 1 else f"in the last {days} days" for days in dashboard.PERIODS}


@dataclass(frozen=True)
class PersonRow:
    id: str
    name: str
    email: str
    since: str
    balance: str
    marks: str
    stored: str = ""
    bytes_stored: int = 0


class PeopleState(Section, AdminState):
    found: list[PersonRow] = []
    text: str = ""
    days: str = ""
    """Only those who signed up within so many days, if the address says so."""
    is_by_storage: bool = False
    has_more: bool = False

    def _begin(self) -> None:
        super()._begin()
        self.text, self.found = "", []
        given = parse_qs(str(self.router.url.query))
        self.is_by_storage = given.get("by") == ["storage"]
        days = given.get("days", [""])[0]
        self.days = days if days in PERIODS else ""

    async def _refresh(self) -> None:
        """What was turned over to already stays on the page. Adding up all files once is enough."""
        if self.is_by_storage:
            if not self.found:
                await self._turn_over()
            return
        rows = await self._inspect(people, self.text, max(PAGE, len(self.found)), days=self.days)
        self._show(found=rows[0], has_more=rows[1])

    async def _turn_over(self) -> None:
        last = self.found[-1] if self.found else None
        if self.is_by_storage:
            after = (last.bytes_stored, uuid_of(last.id)) if last else None
            rows, self.has_more = await self._inspect(largest, after)
        else:
            before = uuid_of(last.id) if last else None
            rows, self.has_more = await self._inspect(people, self.text, PAGE, before, self.days)
        self.found = [*self.found, *rows]

    @rx.event
    async def search(self, form: dict[str, str]) -> None:
        """Among everybody, however the list was narrowed before."""
        self.text, self.found, self.is_by_storage = text_of(form, "text")[:100], [], False
        self.days = ""
        await self._fill()

    @rx.event
    async def more(self) -> None:
        await self._turn_over()


shown = vars_of(PeopleState)


def people(
    session: Session, text: str, limit: int, before: UUID | None = None, days: str = ""
) -> tuple[list[PersonRow], bool]:
    since = dashboard.start_of(int(days)) if days in PERIODS else None
    rows = users.search(session, text, before, limit + 1, since)
    return [_row(user) for user in rows[:limit]], len(rows) > limit


def largest(session: Session, after: tuple[int, UUID] | None = None) -> tuple[list[PersonRow], bool]:
    rows = users.by_storage(session, after, PAGE + 1)
    return [_row(user, bytes_stored) for user, bytes_stored in rows[:PAGE]], len(rows) > PAGE


def _row(user: User, bytes_stored: int = 0) -> PersonRow:
    marks = [
        "operator" if user.role == Role.OPERATOR else "",
        "suspended" if user.suspended_at else "",
        "leaving" if user.deletes_at else "",
        f"owes {user.debt}" if user.debt else "",
    ]
    return PersonRow(
        id=str(user.id),
        name=user.name,
        email=user.email or "",
        since=formatting.ago(user.created_at, now()),
        balance=str(user.balance),
        marks=", ".join(mark for mark in marks if mark),
        stored=formatting.size(bytes_stored) if bytes_stored else "",
        bytes_stored=bytes_stored,
    )


def people_page() -> rx.Component:
    return admin_page(
        "people",
        "People",
        rx.el.form(
            rx.el.input(
                name="text",
                type="search",
                placeholder="Name, e-mail, invitation code or id",
                class_name="input",
                custom_attrs={"aria-label": "Search for people"},
            ),
            button("Search", icon_name="search", type="submit"),
            on_submit=shown.search,
            class_name="row search",
            role="search",
        ),
        rx.cond(
            shown.is_by_storage,
            rx.el.p("Those whose files take up most room come first.", class_name="soft"),
        ),
        rx.cond(
            shown.days != "",
            rx.el.p(
                "Those who signed up ",
                rx.match(shown.days, *PERIODS.items(), ""),
                ". A search looks among everybody.",
                class_name="soft",
            ),
        ),
        unfolding_table(
            shown.found,
            table("People", ("Name", "E-mail", "Since", "Credits", ""), rx.foreach(shown.found, _person)),
            shown.has_more,
            shown.more,
            empty_state("users", "Nobody found", "Try another part of the name or the address."),
        ),
    )


def _person(row: Any) -> rx.Component:
    return rx.el.tr(
        cell("Name", router_link(row.name, to=f"/admin/people/{row.id}")),
        cell("E-mail", row.email),
        cell("Since", row.since),
        cell("Credits", row.balance, class_name="numbers"),
        cell("", row.stored, rx.cond(row.marks != "", badge(row.marks))),
        key=row.id,
    )
