"""Queries of the page of one person: what the operator's page of one person shows, read from the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from echoes.admin import audit, users
from echoes.admin.users import PAGE, PersonDetail
from echoes.credits import ledger
from echoes.errors import NotFound
from echoes.models import AuditEntry, AuthSession, CreditEntry, Role, User, now
from echoes.text import formatting
from echoes.text.isolation import isolated


@dataclass(frozen=True)
class ActivityRow:
    id: str
    when: str
    what: str
    amount: str = ""
    balance: str = ""
    moment: str = ""
    """To the microsecond, where lines are in the order of a time."""


@dataclass(frozen=True)
class ActivityRows:
    """One of the lists, as far as it has been unfolded."""

    lines: list[ActivityRow] = field(default_factory=list)
    has_more: bool = False


@dataclass(frozen=True)
class PersonLink:
    id: str
    name: str


@dataclass(frozen=True)
class PersonViewModel:
    id: str = ""
    name: str = ""
    email: str = ""
    facts: str = ""
    balance: int = 0
    debt: int = 0
    is_operator: bool = False
    is_suspended: bool = False
    may_use_paid: bool = False
    referrer: PersonLink = PersonLink("", "")


def read_person(
    session: Session, user_id: UUID, unfolded: Mapping[str, int] | None = None
) -> tuple[PersonViewModel, dict[str, ActivityRows]]:
    """With at least so many lines of each list."""
    person = users.person_detail(session, user_id)
    lengths = {part: max(PAGE, (unfolded or {}).get(part, 0)) for part in PARTS}
    lists = {part: activity_rows(session, part, user_id, length) for part, length in lengths.items()}
    return _view(person), lists


def activity_rows(
    session: Session, part: str, user_id: UUID, limit: int = PAGE, last: ActivityRow | None = None
) -> ActivityRows:
    """A page of one list, after its `last` line so far."""
    if part not in PARTS:
        raise NotFound
    found = PARTS[part](session, user_id, last, limit + 1)
    return ActivityRows(found[:limit], len(found) > limit)


def _view(person: PersonDetail) -> PersonViewModel:
    user = person.user
    return PersonViewModel(
        id=str(user.id),
        name=user.name,
        email=user.email or user.issuer,
        facts=_facts(person),
        balance=user.balance,
        debt=user.debt,
        is_operator=user.role == Role.OPERATOR,
        is_suspended=user.suspended_at is not None,
        may_use_paid=user.may_use_paid,
        referrer=PersonLink(str(person.referrer.id), person.referrer.name)
        if person.referrer
        else PersonLink("", ""),
    )


def _facts(person: PersonDetail) -> str:
    facts = [
        f"joined {formatting.time_ago(person.user.created_at, now())}",
        formatting.pluralize(person.projects, "film project"),
        formatting.pluralize(person.takes, "clip"),
        formatting.pluralize(person.videos, "film"),
        f"code {person.user.referral_code}",
        f"will be deleted on {person.user.deletes_at:%-d %B}" if person.user.deletes_at else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _entries(session: Session, user_id: UUID, last: ActivityRow | None, limit: int) -> list[ActivityRow]:
    return [_entry(entry) for entry in ledger.entries_of(session, user_id, _id_of(last), limit)]


def _sessions(session: Session, user_id: UUID, last: ActivityRow | None, limit: int) -> list[ActivityRow]:
    before = (datetime.fromisoformat(last.moment), UUID(last.id)) if last else None
    return [_session(one) for one in users.sessions_of(session, user_id, before, limit)]


def _friends(session: Session, user_id: UUID, last: ActivityRow | None, limit: int) -> list[ActivityRow]:
    return [_friend(*found) for found in users.friends_of(session, user_id, _id_of(last), limit)]


def _log(session: Session, user_id: UUID, last: ActivityRow | None, limit: int) -> list[ActivityRow]:
    return [_logged(entry) for entry in audit.entries(session, _id_of(last), user_id, limit)]


def _id_of(line: ActivityRow | None) -> UUID | None:
    return UUID(line.id) if line else None


PARTS: dict[str, Callable[[Session, UUID, ActivityRow | None, int], list[ActivityRow]]] = {
    "friends": _friends, "statement": _entries, "sessions": _sessions, "log": _log,
}  # fmt: skip
"""What there may be more of than fits on a page."""


def _friend(user: User, invited: int) -> ActivityRow:
    return ActivityRow(
        str(user.id), "", f"{isolated(user.name)} (invited {invited})" if invited else user.name
    )


def _session(one: AuthSession) -> ActivityRow:
    device = one.user_agent or "An unknown device"
    return ActivityRow(
        str(one.id), formatting.time_ago(one.seen_at, now()), device, moment=one.seen_at.isoformat()
    )


def _entry(entry: CreditEntry) -> ActivityRow:
    when = f"{entry.created_at:%-d %b %Y, %H:%M}"
    return ActivityRow(
        str(entry.id), when, entry.note or entry.kind, f"{entry.amount:+d}", str(entry.balance_after)
    )


def _logged(entry: AuditEntry) -> ActivityRow:
    reason = f" ({isolated(entry.reason)})" if entry.reason else ""
    what = f"{isolated(entry.actor_name)}: {entry.action}{reason}"
    return ActivityRow(str(entry.id), f"{entry.created_at:%-d %b %Y, %H:%M}", what)
