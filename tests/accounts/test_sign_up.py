"""Sign-up and sign-in: a person is found or made, by name at home, by the provider's word elsewhere."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import Session, col, func, select

from echoes.accounts import sign_up
from echoes.accounts.redirects import SignInFailed
from echoes.accounts.sign_up import Codes, Identity
from echoes.database import Database
from echoes.errors import BadInput, Refused
from echoes.models import CreditEntry, Role, User
from echoes.operator_settings import Rewards
from echoes.settings import Settings, get_settings

PRODUCTION = Settings(mode="production", admin_emails="Boss@Example.org , second@example.org")
ISSUER = "https://id.example"


def identity(subject: str = "1", email: str = "rosa@example.org", name: str = "Rosa") -> Identity:
    return Identity(ISSUER, subject, name, email)


def entries(session: Session, user: User) -> int:
    return session.exec(select(func.count()).where(col(CreditEntry.owner_id) == user.id)).one()


def test_the_same_name_is_the_same_person(database: Database) -> None:
    with database.unscoped() as session:
        first = sign_up.sign_in_locally(session, get_settings(), "  Rosa   Meier ")
        again = sign_up.sign_in_locally(session, get_settings(), "rosa meier")
        other = sign_up.sign_in_locally(session, get_settings(), "Paul")
    assert (first.id, first.name) == (again.id, "Rosa Meier")
    assert other.id != first.id


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "bad\x00name", "zero\u200bwidth"])
def test_a_name_must_be_one(database: Database, name: str) -> None:
    with pytest.raises(BadInput, match="name"), database.unscoped() as session:
        sign_up.sign_in_locally(session, get_settings(), name)


def test_production_refuses_sign_in_by_name(database: Database) -> None:
    with pytest.raises(Refused), database.unscoped() as session:
        sign_up.sign_in_locally(session, PRODUCTION, "Rosa")
    with database.reading() as session:
        assert session.exec(select(User)).all() == []


def test_a_person_is_who_the_provider_says_whatever_the_address(database: Database) -> None:
    with database.unscoped() as session:
        first = sign_up.find_or_create_user(session, PRODUCTION, identity("1", "old@example.org"))
        moved = sign_up.find_or_create_user(session, PRODUCTION, identity("1", "new@example.org"))
        other = sign_up.find_or_create_user(session, PRODUCTION, identity("2", "old@example.org"))
        assert (moved.id, moved.email) == (first.id, "new@example.org")
        assert other.id != first.id


def test_the_same_subject_of_another_provider_is_another_person(database: Database) -> None:
    with database.unscoped() as session:
        here = sign_up.find_or_create_user(session, PRODUCTION, identity("1"))
        there = sign_up.find_or_create_user(
            session, PRODUCTION, Identity("https://else.example", "1", "Rosa", "r@example.org")
        )
    assert here.id != there.id


def test_a_name_that_was_changed_stays(database: Database) -> None:
    with database.unscoped() as session:
        sign_up.find_or_create_user(session, PRODUCTION, identity()).name = "Granny"
        assert sign_up.find_or_create_user(session, PRODUCTION, identity()).name == "Granny"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("R\x00o\nsa", "R o sa"),
        ("می\u200cنا", "می\u200cنا"),
        ("\u200d", "Somebody"),
        ("x" * 200, "x" * 60),
        ("\u200b", "Somebody"),
        ("", "Somebody"),
    ],
)
def test_a_name_that_cannot_be_shown_is_made_one(database: Database, told: str, kept: str) -> None:
    with database.unscoped() as session:
        assert sign_up.find_or_create_user(session, PRODUCTION, identity(name=told)).name == kept


def test_the_welcome_gift_is_given_once(database: Database) -> None:
    with database.unscoped() as session:
        user = sign_up.find_or_create_user(session, PRODUCTION, identity())
        sign_up.find_or_create_user(session, PRODUCTION, identity())
        session.refresh(user)
        assert (entries(session, user), user.balance) == (1, Rewards().sign_up_locally)


def test_operators_are_those_whose_confirmed_address_is_listed(database: Database) -> None:
    with database.unscoped() as session:
        boss = sign_up.find_or_create_user(session, PRODUCTION, identity("1", "boss@example.ORG"))
        member = sign_up.find_or_create_user(
            session, PRODUCTION, identity("2", "boss@example.org.evil.example")
        )
        assert (boss.role, member.role) == (Role.OPERATOR, Role.MEMBER)


def test_a_look_alike_of_an_operators_address_is_not_theirs(database: Database) -> None:
    """Folding makes one letter of several: `ſ`, the long s, becomes `s`."""
    with database.unscoped() as session:
        stranger = sign_up.find_or_create_user(session, PRODUCTION, identity("1", "bosſ@example.org"))
        assert stranger.role == Role.MEMBER


def test_in_local_mode_the_first_one_is_the_operator(database: Database) -> None:
    with database.unscoped() as session:
        first = sign_up.sign_in_locally(session, get_settings(), "First")
        second = sign_up.sign_in_locally(session, get_settings(), "Second")
        assert (first.role, second.role) == (Role.OPERATOR, Role.MEMBER)


def test_a_suspended_person_stays_outside(database: Database) -> None:
    with database.unscoped() as session:
        sign_up.find_or_create_user(session, PRODUCTION, identity()).suspended_at = datetime.now(UTC)
    with pytest.raises(SignInFailed, match="suspended"), database.unscoped() as session:
        sign_up.find_or_create_user(session, PRODUCTION, identity())


@pytest.fixture
def friend(database: Database) -> tuple[UUID, str]:
    with database.unscoped() as session:
        user = sign_up.find_or_create_user(session, PRODUCTION, identity("friend", "friend@example.org"))
        return user.id, user.referral_code


def test_who_comes_by_a_friends_link_is_the_friends_guest(
    database: Database, friend: tuple[UUID, str]
) -> None:
    with database.unscoped() as session:
        guest = sign_up.find_or_create_user(
            session, PRODUCTION, identity(), Codes(referral=friend[1].upper())
        )
        assert guest.referred_by_id == friend[0]


def test_only_signing_up_counts(database: Database, friend: tuple[UUID, str]) -> None:
    with database.unscoped() as session:
        sign_up.find_or_create_user(session, PRODUCTION, identity())
        assert (
            sign_up.find_or_create_user(
                session, PRODUCTION, identity(), Codes(referral=friend[1])
            ).referred_by_id
            is None
        )


def test_nobody_invites_themselves_by_another_provider(database: Database, friend: tuple[UUID, str]) -> None:
    with database.unscoped() as session:
        again = Identity("https://else.example", "9", "Friend", "Friend@example.org")
        assert (
            sign_up.find_or_create_user(session, PRODUCTION, again, Codes(referral=friend[1])).referred_by_id
            is None
        )


@pytest.mark.parametrize("code", ["", "nonsense", "x" * 500, "' or 1=1", "é"])
def test_a_code_of_nobody_invites_nobody(database: Database, code: str) -> None:
    with database.unscoped() as session:
        assert (
            sign_up.find_or_create_user(session, PRODUCTION, identity(), Codes(code, code)).referred_by_id
            is None
        )
