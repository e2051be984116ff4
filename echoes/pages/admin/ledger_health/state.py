"""State of the ledger health page (`/admin/books`): the ledger's health."""

from typing import ClassVar

import reflex as rx

from echoes.models import now
from echoes.pages.admin.common.state import AdminState, Section
from echoes.pages.admin.ledger_health.queries import PARTS, BookLines, book_lines, books_view


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
