"""State of the ledger health page (`/admin/books`): the ledger's health."""

from typing import ClassVar

import reflex as rx

from echoes.models import now
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.ledger_health.queries import (
    PARTS,
    LedgerHealthRows,
    ledger_health_rows,
    read_ledger_health,
)


class LedgerHealthState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # It reads every entry that there is: by hand, and when the page opens.

    lists: dict[str, LedgerHealthRows] = {part: LedgerHealthRows() for part in PARTS}
    owed: int = 0
    computed: str = ""

    def _begin(self) -> None:
        super()._begin()
        self.lists = {part: LedgerHealthRows() for part in PARTS}

    async def _refresh(self) -> None:
        unfolded = {part: len(known.lines) for part, known in self.lists.items()}
        lists, owed = await self._inspect(read_ledger_health, unfolded)
        self._show(lists=lists, owed=owed, computed=f"{now():%H:%M:%S} UTC")

    @rx.event
    async def recompute(self) -> None:
        await self._fill()

    @rx.event
    async def more(self, part: str) -> None:
        known = self.lists.get(str(part), LedgerHealthRows()).lines
        found = await self._inspect(ledger_health_rows, str(part), last=known[-1] if known else None)
        self.lists = self.lists | {str(part): LedgerHealthRows([*known, *found.lines], found.has_more)}
