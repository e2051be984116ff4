"""State of the statement of credits: what became of a person's credits, as a bank would write it: for
the account page.
"""

from uuid import UUID

import reflex as rx

from echoes.pages.account.statement.queries import StatementLine, statement_page
from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState

LINES = 20


class StatementState(PageState):
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
