"""Queries of the audit log page."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from echoes.admin import audit
from echoes.models import AuditEntry


@dataclass(frozen=True)
class AuditLogRow:
    id: str
    when: str
    who: str
    what: str
    change: str
    reason: str


def audit_log_rows(
    session: Session, limit: int, before: UUID | None = None
) -> tuple[list[AuditLogRow], bool]:
    rows = audit.entries(session, before, limit=limit + 1)
    return [_line(entry) for entry in rows[:limit]], len(rows) > limit


def _line(entry: AuditEntry) -> AuditLogRow:
    change = f"{_short(entry.before)} → {_short(entry.after)}" if entry.before or entry.after else ""
    when = f"{entry.created_at:%-d %b %Y, %H:%M:%S}"
    return AuditLogRow(str(entry.id), when, entry.actor_name, entry.action, change, entry.reason)


def _short(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)[1:-1] or "nothing"
