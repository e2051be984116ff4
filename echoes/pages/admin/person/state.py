"""State of the page of one person (`/admin/people/<id>`): one person; credits, role, sessions, suspension."""

from typing import TYPE_CHECKING

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import allowances, recovery, users
from echoes.errors import BadInput
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.person.queries import PARTS, ActivityRows, PersonViewModel, activity_rows, read_person
from echoes.pages.common.state import text_of, uuid_of, vars_of

ASKABLE = ("suspend", "reinstate", "operator", "member", "recovery")


class PersonState(AdminPageState, AdminState):
    if TYPE_CHECKING:
        person_id: str  # Reflex makes it of the route.

    seen: PersonViewModel = PersonViewModel()
    lists: dict[str, ActivityRows] = {part: ActivityRows() for part in PARTS}
    asking: str = ""
    """What is about to be done, one of ASKABLE."""
    recovery_link: str = ""
    """Shown once, until it is put away."""

    def _begin(self) -> None:
        super()._begin()
        self.seen, self.asking, self.recovery_link = PersonViewModel(), "", ""
        self.lists = {part: ActivityRows() for part in PARTS}

    async def _refresh(self) -> None:
        unfolded = {part: len(known.lines) for part, known in self.lists.items()}
        seen, lists = await self._inspect(read_person, uuid_of(self.person_id), unfolded)
        self._show(seen=seen, lists=lists)

    @rx.event
    async def more(self, part: str) -> None:
        known = self.lists.get(str(part), ActivityRows()).lines
        last = known[-1] if known else None
        found = await self._inspect(activity_rows, str(part), uuid_of(self.person_id), last=last)
        self.lists = self.lists | {str(part): ActivityRows([*known, *found.lines], found.has_more)}

    @rx.event
    async def change_credits(self, form: dict[str, str]) -> EventSpec:
        amount = _whole(text_of(form, "amount"))
        await self._operate(users.change_credits, uuid_of(self.person_id), amount, text_of(form, "reason"))
        await self._fill()
        return vars_of(PersonState).show_toast(
            "The credits have been changed, and the reason has been recorded."
        )

    @rx.event
    async def grant_paid(self, is_granted: bool) -> None:
        await self._operate(allowances.grant_paid, uuid_of(self.person_id), is_granted is True)
        await self._fill()

    @rx.event
    def ask(self, what: str) -> None:
        self.asking, self.notice = what if what in ASKABLE else "", ""

    @rx.event
    def leave_it(self) -> None:
        self.asking, self.recovery_link, self.notice = "", "", ""

    @rx.event
    async def answer(self, form: dict[str, str]) -> None:
        person, reason = uuid_of(self.person_id), text_of(form, "reason")
        if self.asking == "suspend":
            await self._operate(users.suspend, person, reason)
        elif self.asking == "reinstate":
            await self._operate(users.reinstate, person, reason)
        elif self.asking == "recovery":
            self.recovery_link = await self._operate(recovery.make_link, person, reason)
        else:
            await self._operate(users.set_role, person, self.asking)
        self.asking = ""
        await self._fill()

    @rx.event
    async def end_session(self, session_id: str) -> None:
        await self._operate(users.end_session, uuid_of(session_id))
        await self._fill()


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInput(
            "Please enter a whole number of credits, with a minus sign to take some back."
        ) from None
