"""Who makes invitations: operators and, where they let them, members; and what a maker leaves behind."""

from datetime import timedelta

import pytest
from sqlmodel import select

from echoes.accounts.invitations import service as invitations
from echoes.database import Database
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Invitation, Role, User, now
from echoes.operator_settings import SignUpRules
from echoes.privacy import deletion
from tests.accounts.invitations.joining import Invite, come, identity, refusal
from tests.support.databases.migrated import ON_SQLITE, Join


@ON_SQLITE
def test_an_invitation_of_somebody_suspended_is_closed(books: Database, invite: Invite, join: Join) -> None:
    code = invite(join("Olga", suspended_at=now()))
    assert refusal(books, identity(), code) == "invitation"


@ON_SQLITE
def test_when_its_maker_leaves_an_invitation_is_closed_and_nameless(
    books: Database, invite: Invite, join: Join
) -> None:
    olga = join("Olga", deletes_at=now() - timedelta(days=1), role=Role.OPERATOR)
    code = invite(olga, name="Aunt Rosa", most_uses=2)
    rosa = come(books, identity("rosa"), code)
    assert deletion.delete_due() == 1
    assert refusal(books, identity("paul"), code) == "invitation"
    with books.reading() as session:
        left = session.exec(select(Invitation)).one()
        assert (left.name, left.owner_id, session.get_one(User, rosa).invitation_id) == ("", None, left.id)


def test_members_invite_where_operators_let_them(books: Database, join: Join) -> None:
    anna, rules = join(), SignUpRules(members_invite=True, member_invitations=2)
    with books.acting_as(anna) as session:
        with pytest.raises(Refused, match="people who run this site"):
            invitations.invite(session, SignUpRules(), "Aunt Rosa")
        code = invitations.invite(session, rules, "Aunt Rosa")
        invitations.invite(session, rules, "Uncle Paul")
        with pytest.raises(Refused, match="2 open invitations"):
            invitations.invite(session, rules, "Cousin Ada")
    come(books, identity("rosa"), code)
    with books.acting_as(anna) as session:
        invitations.invite(session, rules, "Cousin Ada")
        assert [one.name for one in invitations.made_by_me(session)] == [
            "Cousin Ada",
            "Uncle Paul",
            "Aunt Rosa",
        ]
        assert {(one.credits, one.most_uses, one.role) for one in invitations.made_by_me(session)} == {
            (0, 1, Role.MEMBER)
        }


def test_a_stranger_sees_and_revokes_nothing_of_it(books: Database, join: Join, invite: Invite) -> None:
    invite(join("Anna"))
    with books.reading() as session:
        invitation_id = session.exec(select(Invitation.id)).one()
    with books.acting_as(join("Stranger")) as session:
        assert invitations.made_by_me(session) == []
        with pytest.raises(NotFound):
            invitations.revoke(session, invitation_id)
    with books.reading() as session:
        assert session.get_one(Invitation, invitation_id).revoked_at is None


@ON_SQLITE
@pytest.mark.parametrize(
    "terms",
    [{"name": "x" * 81}, {"name": "\x00"}, {"most_uses": 0}, {"most_uses": 1001}, {"days": 0}, {"days": 999},
     {"credits": -1}, {"credits": 1001}],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(invite: Invite, terms: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        invite(**terms)


@ON_SQLITE
@pytest.mark.parametrize("terms", [{"role": Role.OPERATOR}, {"credits": 5}, {"most_uses": 9}], ids=str)
def test_what_an_operator_gave_is_good_while_they_are_one(
    books: Database, invite: Invite, join: Join, terms: dict[str, object]
) -> None:
    boss = join("Boss", role=Role.OPERATOR)
    code, usual = invite(boss, **terms), invite(boss)
    with books.unscoped() as session:
        session.get_one(User, boss).role = Role.MEMBER
    assert refusal(books, identity("rosa"), code) == "invitation"
    come(books, identity("paul"), usual)  # As any member may give it.
    with books.unscoped() as session:
        session.get_one(User, boss).role = Role.OPERATOR
    come(books, identity("rosa"), code)
