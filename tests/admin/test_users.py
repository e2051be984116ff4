"""User administration: people found, helped, given credits, suspended; each with a line in the audit log."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from echoes.accounts import service as accounts
from echoes.admin import audit, users
from echoes.admin.audit import Operator
from echoes.credits import ledger
from echoes.database import Database
from echoes.errors import BadInput, NotFound, NotSignedIn, Refused
from echoes.models import AuditEntry, AuthSession, Role, User, now
from echoes.settings import get_settings
from tests.support.databases.fresh import NewUser
from tests.support.databases.rows import add_photo, add_project, add_take, add_track


def user_of(database: Database, user_id: UUID) -> User:
    with database.reading() as session:
        return session.get_one(User, user_id)


def log(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return audit.entries(session)


@pytest.mark.parametrize("text", ["anna", "NN", "ANNA@example.org", "{code}", "{id}"])
def test_a_person_is_found_by_what_is_known_of_them(
    database: Database, anna: UUID, stranger: UUID, text: str
) -> None:
    with database.unscoped() as session:
        user = session.get_one(User, anna)
        user.email = "anna@example.org"
        code = user.referral_code
    with database.reading() as session:
        found = users.search(session, text.format(code=code.upper(), id=anna))
    assert [user.id for user in found] == [anna]


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "nobody"])
def test_what_is_in_no_name_finds_nobody(database: Database, anna: UUID, text: str) -> None:
    with database.reading() as session:
        assert users.search(session, text) == []


def test_people_come_by_pages(database: Database, new_user: NewUser) -> None:
    made = [new_user(f"Person {number}") for number in range(5)]
    with database.reading() as session:
        first = users.search(session, "Person", limit=3)
        rest = users.search(session, "Person", before=first[-1].id, limit=3)
    assert [user.id for user in (*first, *rest)] == made[::-1]


def test_credits_are_given_with_a_reason_that_both_can_read(
    database: Database, operator: Operator, anna: UUID
) -> None:
    with database.unscoped() as session:
        users.change_credits(session, operator, anna, 5, " The film of  last week failed ")
    with database.reading() as session:
        (entry,) = ledger.entries_of(session, anna)
    assert (entry.amount, entry.balance_after) == (5, 5)
    assert entry.note.endswith("The film of last week failed")
    (line,) = log(database)
    assert (line.actor_name, line.action, line.subject_id) == ("Olga", "credits", anna)
    assert (line.before["balance"], line.after["balance"]) == (0, 5)
    assert line.reason == "The film of last week failed"


def test_credits_that_were_spent_are_taken_back_as_a_debt(
    database: Database, operator: Operator, anna: UUID
) -> None:
    with database.unscoped() as session:
        users.change_credits(session, operator, anna, 2, "a gift")
        users.change_credits(session, operator, anna, -5, "a mistake")
    user = user_of(database, anna)
    assert (user.balance, user.debt) == (0, 3)


@pytest.mark.parametrize(
    ("amount", "reason"), [(0, "why"), (10**9, "why"), (5, ""), (5, "   "), (5, "x" * 501)]
)
def test_credits_without_a_number_or_a_reason_do_not_move(
    database: Database, operator: Operator, anna: UUID, amount: int, reason: str
) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        users.change_credits(session, operator, anna, amount, reason)
    assert user_of(database, anna).balance == 0
    assert log(database) == []


def test_who_is_suspended_is_signed_out_everywhere(
    database: Database, operator: Operator, anna: UUID
) -> None:
    with database.unscoped() as session:
        token = accounts.open_session(session, get_settings(), anna, "phone")
        users.suspend(session, operator, anna, "asked for it")
        users.suspend(session, operator, anna, "twice")
    with pytest.raises(NotSignedIn):
        accounts.authenticate(token)
    assert user_of(database, anna).revision == 1, "open tabs are told once"
    assert [line.action for line in log(database)] == ["suspend"]
    with database.unscoped() as session:
        users.reinstate(session, operator, anna, "a misunderstanding")
    assert user_of(database, anna).suspended_at is None
    back, out = log(database)
    assert (out.before, out.after) == ({"suspended": False}, {"suspended": True, "sessions_ended": 1})
    assert (back.before, back.after) == ({"suspended": True}, {"suspended": False})


@pytest.mark.parametrize(
    "shut_out",
    [
        lambda session, operator, other: users.set_role(session, operator, other, "member"),
        lambda session, operator, other: users.suspend(session, operator, other, "a quarrel"),
    ],
)
def test_of_two_operators_who_shut_each_other_out_one_is_left(
    database: Database, operator: Operator, new_user: NewUser,
    shut_out: Callable[[Session, Operator, UUID], None],
) -> None:  # fmt: skip
    """Both were let in before either did anything."""
    assert operator.id
    other = Operator(new_user("Berta"), "Berta")
    assert other.id
    with database.unscoped() as session:
        session.get_one(User, other.id).role = Role.OPERATOR
    with database.unscoped() as session:
        shut_out(session, operator, other.id)
    with database.unscoped() as session, pytest.raises(Refused, match="no longer an operator"):
        shut_out(session, other, operator.id)
    left = user_of(database, operator.id)
    assert (left.role, left.suspended_at) == (Role.OPERATOR, None)


def test_nobody_locks_themselves_out(database: Database, operator: Operator) -> None:
    assert operator.id
    with database.unscoped() as session:
        with pytest.raises(Refused):
            users.suspend(session, operator, operator.id, "oops")
        with pytest.raises(Refused):
            users.set_role(session, operator, operator.id, "member")


def test_a_role_is_given_and_written_down(database: Database, operator: Operator, anna: UUID) -> None:
    with database.unscoped() as session:
        users.set_role(session, operator, anna, "operator")
        users.set_role(session, operator, anna, "operator")
        with pytest.raises(BadInput):
            users.set_role(session, operator, anna, "emperor")
    assert user_of(database, anna).role == Role.OPERATOR
    assert [(line.before, line.after) for line in log(database)] == [
        ({"role": "member"}, {"role": "operator"})
    ]


def test_one_session_is_ended(database: Database, operator: Operator, anna: UUID) -> None:
    with database.unscoped() as session:
        lost = accounts.open_session(session, get_settings(), anna, "lost phone")
        kept = accounts.open_session(session, get_settings(), anna, "desk")
    with database.reading() as session:
        (found,) = [one for one in users.sessions_of(session, anna) if one.user_agent == "lost phone"]
    with database.unscoped() as session:
        users.end_session(session, operator, found.id)
        with pytest.raises(NotFound):
            users.end_session(session, operator, found.id)
    with pytest.raises(NotSignedIn):
        accounts.authenticate(lost)
    assert user_of(database, anna).revision == 1, "its open tabs are told"
    assert accounts.authenticate(kept) == anna


def test_the_tree_of_invitations_is_seen_from_both_ends(
    database: Database, anna: UUID, stranger: UUID, new_user: NewUser
) -> None:
    with database.unscoped() as session:
        session.get_one(User, stranger).referred_by_id = anna
    with database.reading() as session:
        assert [(friend.id, brought) for friend, brought in users.friends_of(session, anna)] == [
            (stranger, 0)
        ]
        referrer = users.person_detail(session, stranger).referrer
    assert referrer is not None
    assert referrer.id == anna
    with database.unscoped() as session:
        session.get_one(User, new_user("Paul")).referred_by_id = stranger
        assert [brought for _, brought in users.friends_of(session, anna)] == [1]


def test_friends_come_by_pages(database: Database, anna: UUID, new_user: NewUser) -> None:
    made = [new_user(f"Friend {number}") for number in range(5)]
    with database.unscoped() as session:
        for friend in made:
            session.get_one(User, friend).referred_by_id = anna
    with database.reading() as session:
        first = users.friends_of(session, anna, limit=3)
        rest = users.friends_of(session, anna, before=first[-1][0].id, limit=3)
    assert [friend.id for friend, _ in (*first, *rest)] == made[::-1]


def test_sessions_come_by_pages_the_last_used_first(database: Database, anna: UUID, stranger: UUID) -> None:
    long_ago = now() - timedelta(days=1)
    with database.unscoped() as session:
        for number in range(5):
            # Two were used at the very same moment, at the seam of two pages.
            used = long_ago + timedelta(hours=number // 2)
            session.add(AuthSession(user_id=anna, token_hash=str(number), expires_at=now(), seen_at=used))
            session.flush()
        session.add(AuthSession(user_id=stranger, token_hash="theirs", expires_at=now()))
    with database.reading() as session:
        first = users.sessions_of(session, anna, limit=2)
        rest = users.sessions_of(session, anna, before=(first[-1].seen_at, first[-1].id))
    assert [one.token_hash for one in (*first, *rest)] == ["4", "3", "2", "1", "0"]


def test_who_is_not_there_is_not_found(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        for call in (
            lambda: users.person_detail(session, uuid4()),
            lambda: users.suspend(session, operator, uuid4(), "why"),
            lambda: users.change_credits(session, operator, uuid4(), 1, "why"),
            lambda: users.set_role(session, operator, uuid4(), "member"),
        ):
            with pytest.raises(NotFound):
                call()
    assert not log(database)


def test_a_transaction_that_fails_leaves_no_line(database: Database, operator: Operator, anna: UUID) -> None:
    with pytest.raises(RuntimeError), database.unscoped() as session:
        users.change_credits(session, operator, anna, 5, "why")
        raise RuntimeError("the power failed")
    with database.reading() as session:
        assert session.exec(select(AuditEntry)).all() == []
    assert user_of(database, anna).balance == 0


def test_those_whose_files_take_up_most_come_first(database: Database, anna: UUID, stranger: UUID) -> None:
    with database.unscoped() as session:
        for owner, size in ((anna, 100), (stranger, 900)):
            photo = add_photo(session, add_project(session, owner))
            photo.size_bytes = size
            add_take(session, photo).size_bytes = 50
        add_track(session).size_bytes = 10_000
    with database.reading() as session:
        found = users.by_storage(session)
    assert [(user.id, size) for user, size in found] == [(stranger, 950), (anna, 150)]


def test_those_with_as_much_come_by_pages_too(database: Database, new_user: NewUser) -> None:
    sizes = {new_user(f"Person {number}"): 100 * (number // 2 + 1) for number in range(5)}
    with database.unscoped() as session:
        for owner, size in sizes.items():
            add_photo(session, add_project(session, owner)).size_bytes = size
    with database.reading() as session:
        first = users.by_storage(session, limit=2)
        rest = users.by_storage(session, after=(first[-1][1], first[-1][0].id))
    found = [(user.id, size) for user, size in (*first, *rest)]
    assert found == sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
