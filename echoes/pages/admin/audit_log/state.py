"""State of the audit log page (`/admin/log`): who did what."""

import reflex as rx

from echoes.pages.admin.audit_log.queries import AuditLogRow, audit_log_rows
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.common.state import uuid_of

PAGE = 50


class AuditLogState(AdminPageState, AdminState):
    lines: list[AuditLogRow] = []
    has_more: bool = False

    async def _refresh(self) -> None:
        lines, has_more = await self._inspect(audit_log_rows, max(PAGE, len(self.lines)))
        self._show(lines=lines, has_more=has_more)

    @rx.event
    async def more(self) -> None:
        last = uuid_of(self.lines[-1].id) if self.lines else None
        lines, self.has_more = await self._inspect(audit_log_rows, PAGE, last)
        self.lines = [*self.lines, *lines]
