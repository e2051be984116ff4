"""State of the page of reported replies (`/admin/replies`): remove them, or keep them."""

import reflex as rx

from echoes.admin import replies
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.replies.queries import ReportedReply, reported_replies
from echoes.pages.common.state import uuid_of

PAGE = 50


class ReportedRepliesState(AdminPageState, AdminState):
    lines: list[ReportedReply] = []
    has_more: bool = False

    def _begin(self) -> None:
        super()._begin()
        self.lines = []

    async def _refresh(self) -> None:
        lines, has_more = await self._inspect(reported_replies, max(PAGE, len(self.lines)))
        self._show(lines=lines, has_more=has_more)

    @rx.event
    async def more(self) -> None:
        last = uuid_of(self.lines[-1].id) if self.lines else None
        lines, self.has_more = await self._inspect(reported_replies, PAGE, last)
        self.lines = [*self.lines, *lines]

    @rx.event
    async def remove(self, reply_id: str) -> None:
        await self._operate(replies.remove, uuid_of(reply_id))
        await self._refresh()

    @rx.event
    async def dismiss(self, reply_id: str) -> None:
        await self._operate(replies.dismiss, uuid_of(reply_id))
        await self._refresh()
