"""Audit log. What operators do is written down, in the transaction that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.errors import BadInput
from echoes.models import AuditEntry

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts. Whoever makes one has asked `accounts.service.require_operator`, or is the command line,
    which has no id."""

    id: UUID | None
    name: str


def record(
    session: Session,
    operator: Operator,
    action: str,
    subject_id: UUID | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    entry = AuditEntry(
        actor_id=operator.id,
        actor_name=operator.name,
        action=action,
        subject_id=subject_id,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session, before: UUID | None = None, subject_id: UUID | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Newest first, paged by key."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if subject_id is not None:
        query = query.where(col(AuditEntry.subject_id) == subject_id)
    return list(session.exec(query))


def reason_of(text: str) -> str:
    """What moves money or bars somebody has a reason."""
    reason = " ".join(text.split())
    if not reason:
        raise BadInput("Please say why. The audit log keeps the reason.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"The reason can have up to {LONGEST_REASON} characters.")
    return reason
