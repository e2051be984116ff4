"""State of the people page (`/admin/people`): find somebody."""

from urllib.parse import parse_qs

import reflex as rx

from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.people.queries import PAGE, PERIODS, PersonRow, largest, people
from echoes.pages.common.state import text_of, uuid_of


class PeopleState(AdminPageState, AdminState):
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
