"""Queries of the people page."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from echoes.admin import dashboard, users
from echoes.models import Role, User, now
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
        since=formatting.time_ago(user.created_at, now()),
        balance=str(user.balance),
        marks=", ".join(mark for mark in marks if mark),
        stored=formatting.file_size(bytes_stored) if bytes_stored else "",
        bytes_stored=bytes_stored,
    )
