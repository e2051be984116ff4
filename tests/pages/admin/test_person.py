"""What the operator's page of one person shows: each of its lists to its end."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from echoes.admin import audit
from echoes.admin.audit import Operator
from echoes.admin.users import PAGE
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import AuthSession, EntryKind, Role, User, now
from echoes.pages.admin.person.queries import PARTS, activity_rows, read_person
from tests.pages.admin.every_handler import ADMIN_PERSON
from tests.support.tabs import Answer, OpenTab

MANY = PAGE + 3


@pytest.fixture
def busy(database: Database, anna: UUID, stranger: UUID) -> UUID:
    """Somebody with more of everything than a page shows."""
    with database.unscoped() as session:
        session.get_one(User, stranger).role = Role.OPERATOR
        for number in range(MANY):
            _add(session, anna, stranger, number)
    return anna


def _add(session: Session, anna: UUID, operator_id: UUID, number: int) -> None:
    used, ends = now() - timedelta(minutes=MANY - number), now() + timedelta(days=1)
    ledger.give(session, anna, Movement(EntryKind.GRANT, 1, str(number), str(number)))
    audit.record(session, Operator(operator_id, "Olga"), str(number), anna)
    session.add(
        AuthSession(
            user_id=anna, token_hash=str(number), expires_at=ends, seen_at=used, user_agent=str(number)
        )
    )
    friend = User(issuer="test", subject=str(number), name=str(number), referred_by_id=anna)
    session.add(friend)
    session.flush()


def said(part: str, number: int) -> str:
    return f"Olga: {number}" if part == "log" else str(number)


@pytest.mark.parametrize("part", PARTS)
def test_every_list_comes_by_pages(database: Database, busy: UUID, part: str) -> None:
    with database.reading() as session:
        _, lists = read_person(session, busy)
        first = lists[part]
        rest = activity_rows(session, part, busy, last=first.lines[-1])
    assert (len(first.lines), first.has_more) == (PAGE, True)
    assert [line.what for line in rest.lines] == [said(part, number) for number in (2, 1, 0)]
    assert not rest.has_more


def test_a_list_that_nobody_knows_is_not_found(database: Database, anna: UUID) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        activity_rows(session, "passwords", anna)


async def test_lists_are_unfolded_each_for_itself_and_stay_so(
    database: Database, busy: UUID, stranger: UUID, open_tab: OpenTab
) -> None:
    tab, address = open_tab(stranger), f"/admin/people/{busy}"
    first = await tab.follow(f"{ADMIN_PERSON}.watch", address)
    assert lengths(first) == dict.fromkeys(PARTS, PAGE)
    more = await tab.send(f"{ADMIN_PERSON}.more", address, part="sessions")
    assert lengths(more) == dict.fromkeys(PARTS, PAGE) | {"sessions": MANY}
    oldest = more.fields["lists"]["sessions"].lines[-1].id
    ended = await tab.send(f"{ADMIN_PERSON}.end_session", address, session_id=oldest)
    assert lengths(ended)["sessions"] == MANY - 1


def lengths(answer: Answer) -> dict[str, int]:
    return {part: len(known.lines) for part, known in answer.fields["lists"].items()}


async def test_a_recovery_link_is_shown_once(
    database: Database, busy: UUID, stranger: UUID, open_tab: OpenTab
) -> None:
    tab, address = open_tab(stranger), f"/admin/people/{busy}"
    await tab.follow(f"{ADMIN_PERSON}.watch", address)
    await tab.send(f"{ADMIN_PERSON}.ask", address, what="recovery")
    made = await tab.send(f"{ADMIN_PERSON}.answer", address, form={"reason": "lost her phone"})
    assert "/auth/link/" in made.fields["recovery_link"]
    put_away = await tab.send(f"{ADMIN_PERSON}.leave_it", address)
    assert put_away.fields["recovery_link"] == ""
