"""What the operator's page of one person shows, read from the database."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from echoes.admin import audit, users
from echoes.admin.users import PAGE, Person
from echoes.credits import ledger
from echoes.models import AuditEntry, AuthSession, CreditEntry, Role, User, now
from echoes.pages import words


@dataclass(frozen=True)
class Line:
    id: str
    when: str
    what: str
    amount: str = ""
    balance: str = ""


@dataclass(frozen=True)
class Known:
    id: str
    name: str


@dataclass(frozen=True)
class PersonView:
    id: str = ""
    name: str = ""
    email: str = ""
    facts: str = ""
    balance: int = 0
    debt: int = 0
    is_operator: bool = False
    is_suspended: bool = False
    referrer: Known = Known("", "")
    friends: list[Known] = field(default_factory=list)
    sessions: list[Line] = field(default_factory=list)
    statement: list[Line] = field(default_factory=list)
    has_more: bool = False
    log: list[Line] = field(default_factory=list)


def person_view(session: Session, user_id: UUID, entries: int = PAGE) -> PersonView:
    person = users.look(session, user_id, entries + 1)
    user = person.user
    return PersonView(
        id=str(user.id),
        name=user.name,
        email=user.email or user.issuer,
        facts=_facts(person),
        balance=user.balance,
        debt=user.debt,
        is_operator=user.role == Role.OPERATOR,
        is_suspended=user.suspended_at is not None,
        referrer=_known(person.referrer) if person.referrer else Known("", ""),
        friends=[_known(friend, person.invited.get(friend.id, 0)) for friend in person.friends],
        sessions=[_session(one) for one in person.sessions],
        statement=[_entry(entry) for entry in person.entries[:entries]],
        has_more=len(person.entries) > entries,
        log=[_logged(entry) for entry in audit.entries(session, subject_id=user.id)],
    )


def _facts(person: Person) -> str:
    facts = [
        f"since {words.ago(person.user.created_at, now())}",
        words.counted(person.projects, "film project"),
        words.counted(person.takes, "take"),
        words.counted(person.videos, "film"),
        f"code {person.user.referral_code}",
        f"will be deleted {person.user.deletes_at:%-d %B}" if person.user.deletes_at else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def earlier(session: Session, user_id: UUID, before: UUID) -> tuple[list[Line], bool]:
    """The next page of entries, and whether there is one more."""
    found = ledger.entries_of(session, user_id, before, PAGE + 1)
    return [_entry(entry) for entry in found[:PAGE]], len(found) > PAGE


def _known(user: User, invited: int = 0) -> Known:
    return Known(str(user.id), f"{user.name} (invited {invited})" if invited else user.name)


def _session(one: AuthSession) -> Line:
    return Line(str(one.id), words.ago(one.seen_at, now()), one.user_agent or "An unknown device")


def _entry(entry: CreditEntry) -> Line:
    when = f"{entry.created_at:%-d %b %Y, %H:%M}"
    return Line(str(entry.id), when, entry.note or entry.kind, f"{entry.amount:+d}", str(entry.balance_after))


def _logged(entry: AuditEntry) -> Line:
    what = f"{entry.actor_name}: {entry.action}{f' ({entry.reason})' if entry.reason else ''}"
    return Line(str(entry.id), f"{entry.created_at:%-d %b %Y, %H:%M}", what)
