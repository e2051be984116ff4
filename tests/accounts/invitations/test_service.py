"""Invitations: who may join by one, how often, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.accounts import sign_up
from echoes.accounts.invitations import service as invitations
from echoes.accounts.redirects import SignInFailed
from echoes.accounts.sign_up import Codes
from echoes.credits.ledger import balance_of
from echoes.database import Database
from echoes.errors import BadInput
from echoes.models import CreditEntry, Invitation, Role, User, now
from echoes.operator_settings import Rewards, SignUpRules
from echoes.settings import Settings, get_settings
from tests.accounts.invitations.joining import INVITED, Invite, come, identity, people, refusal
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import ON_SQLITE

DOMAINS = INVITED.model_copy(update={"sign_up": "domains", "sign_up_domains": "@Family.example, b.example"})


def test_nobody_joins_uninvited_and_nothing_is_left_of_the_attempt(books: Database) -> None:
    assert refusal(books, identity()) == "uninvited"
    assert people(books) == []


def test_an_invitation_lets_one_person_in_and_no_other(books: Database, invite: Invite) -> None:
    code = invite()
    rosa = come(books, identity("rosa"), code)
    assert refusal(books, identity("paul"), code) == "invitation"
    with books.reading() as session:
        (invitation,) = session.exec(select(Invitation))
        assert (invitation.uses, session.get_one(User, rosa).invitation_id) == (1, invitation.id)
    assert people(books) == ["rosa"]


def test_who_is_here_gets_in_again_with_or_without_a_code(books: Database, invite: Invite) -> None:
    code, other = invite(), invite()
    rosa = come(books, identity("rosa"), code)
    assert {
        come(books, identity("rosa")),
        come(books, identity("rosa"), code),
        come(books, identity("rosa"), other),
    } == {rosa}
    come(books, identity("paul"), other)  # Nothing was used up by somebody who is here.


def test_an_invitation_for_several_counts_down(books: Database, invite: Invite) -> None:
    code = invite(most_uses=2, credits=3)
    first, second = come(books, identity("rosa"), code), come(books, identity("paul"), code)
    assert refusal(books, identity("ada"), code) == "invitation"
    with books.reading() as session:
        welcome = operator_settings.read(session, Rewards).sign_up_locally
        assert [balance_of(session, user) for user in (first, second)] == [welcome + 3] * 2


def test_of_many_who_come_at_once_by_one_code_one_joins(books: Database, invite: Invite) -> None:
    code = invite(credits=4)

    def join(number: int) -> Callable[[], str]:
        def call() -> str:
            try:
                come(books, identity(f"guest{number}"), code)
            except SignInFailed as failed:
                return failed.problem
            return "joined"

        return call

    assert all_at_once([join(number) for number in range(8)]) == {"joined": 1, "invitation": 7}
    with books.reading() as session:
        assert len(session.exec(select(User)).all()) == 1
        assert len(session.exec(select(CreditEntry).where(CreditEntry.amount == 4)).all()) == 1


def test_one_person_in_two_tabs_uses_it_once(books: Database, invite: Invite) -> None:
    code = invite(most_uses=5)

    def join() -> str:
        come(books, identity("rosa"), code)
        return "joined"

    assert all_at_once([join] * 4) == {"joined": 4}
    with books.reading() as session:
        assert session.exec(select(Invitation.uses)).one() == 1
    assert people(books) == ["rosa"]


@ON_SQLITE
def test_where_everybody_may_join_a_used_up_code_keeps_nobody_out(books: Database, invite: Invite) -> None:
    code, open_to_all = invite(), INVITED.model_copy(update={"sign_up": "open"})
    come(books, identity("rosa"), code, open_to_all)
    paul = come(books, identity("paul"), code, open_to_all)
    with books.reading() as session:
        assert session.get_one(User, paul).invitation_id is None


@ON_SQLITE
def test_an_invitation_ends(books: Database, invite: Invite) -> None:
    code = invite(days=1)
    with books.unscoped() as session:
        session.exec(select(Invitation)).one().expires_at = now() - timedelta(seconds=1)
    assert refusal(books, identity(), code) == "invitation"


@ON_SQLITE
def test_a_revoked_invitation_lets_nobody_in_and_throws_nobody_out(books: Database, invite: Invite) -> None:
    code = invite(most_uses=2)
    rosa = come(books, identity("rosa"), code)
    with books.unscoped() as session:
        invitations.revoke(session, session.exec(select(Invitation.id)).one())
    assert refusal(books, identity("paul"), code) == "invitation"
    assert come(books, identity("rosa")) == rosa


@ON_SQLITE
def test_an_invitation_may_make_one_operator(books: Database, invite: Invite) -> None:
    olga = come(books, identity("olga"), invite(role=Role.OPERATOR))
    with books.reading() as session:
        assert session.get_one(User, olga).role == Role.OPERATOR
    with pytest.raises(BadInput, match="one person"):
        invite(role=Role.OPERATOR, most_uses=2)


@ON_SQLITE
@pytest.mark.parametrize("written", ["{}", " {} ", "{}\n"])
def test_a_code_is_read_however_it_is_typed(books: Database, invite: Invite, written: str) -> None:
    code = invite()
    with books.reading() as session:
        assert code not in str(session.exec(select(Invitation)).one().model_dump())
        for typed in (code, code.upper(), code.replace("-", ""), code.replace("-", " ")):
            assert invitations.find_open(session, written.format(typed)) is not None


@ON_SQLITE
@pytest.mark.parametrize(
    "code", ["", "abcd", "a" * 5000, "abcd-efgh-jkmn-pqr\x00", "' or 1=1 --", "é" * 16, "abcd-efgh-jkmn-pqrs"]
)
def test_what_is_no_code_lets_nobody_in(books: Database, invite: Invite, code: str) -> None:
    invite()
    assert refusal(books, identity(), code) == ("invitation" if code else "uninvited")


@ON_SQLITE
def test_confirmed_addresses_of_a_domain_join_by_themselves(books: Database, invite: Invite) -> None:
    come(books, identity("rosa", "Rosa@FAMILY.example"), settings=DOMAINS)
    for address in (
        "paul@family.example.evil.example", "paul@sub.family.example", "paul@xfamily.example",
        "family.example", "paul@b.example@evil.example", "paul@fåmily.example", "paul@famıly.example",
    ):  # fmt: skip
        assert refusal(books, identity("paul", address), settings=DOMAINS) == "domain"
    come(books, identity("ada", "ada@elsewhere.example"), invite(), DOMAINS)
    assert people(books) == ["ada", "rosa"]


@ON_SQLITE
def test_operators_of_the_environment_need_no_invitation(books: Database) -> None:
    boss = come(books, identity("boss", "Boss@example.org"))
    with books.reading() as session:
        assert session.get_one(User, boss).role == Role.OPERATOR


@ON_SQLITE
def test_what_operators_set_counts_before_the_environment(books: Database) -> None:
    with books.unscoped() as session:
        operator_settings.write(session, SignUpRules(policy="open"), None)
    come(books, identity("rosa"))
    with books.unscoped() as session:
        operator_settings.write(session, SignUpRules(policy="domains", domains=["b.example"]), None)
    assert refusal(books, identity("paul")) == "domain"
    come(books, identity("ada", "ada@b.example"))


@ON_SQLITE
def test_on_ones_own_computer_the_first_person_needs_nobody(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = Settings(sign_up="invited")
    with books.unscoped() as session:
        sign_up.sign_in_locally(session, local, "Olga")
    with pytest.raises(SignInFailed, match="invitation"), books.unscoped() as session:
        sign_up.sign_in_locally(session, local, "Paul")
    with books.unscoped() as session:
        assert sign_up.sign_in_locally(session, local, "olga").role == Role.OPERATOR


@ON_SQLITE
def test_without_a_sign_in_service_an_invitation_and_a_name_are_enough(
    books: Database, invite: Invite
) -> None:
    code = invite(most_uses=2)

    def join(form: str, code: str = code, settings: Settings = INVITED) -> UUID:
        with books.unscoped() as session:
            return sign_up.join_by_name(session, settings, "Rosa", Codes(invitation=code), form).id

    assert join("one form") == join("one form"), "two taps make one person"
    assert join("another") != join("one form")
    for problem, used_up_or_none in {"invitation": code, "uninvited": ""}.items():
        with pytest.raises(SignInFailed) as refused:
            join("a third", used_up_or_none)
        assert refused.value.problem == problem
    for elsewhere in (get_settings(), INVITED.model_copy(update={"oidc_client_id": "echoes"})):
        with pytest.raises(SignInFailed, match="only on your own computer"):
            join("a third", settings=elsewhere)


@ON_SQLITE
def test_a_form_is_no_key_for_later(books: Database, invite: Invite) -> None:
    code = invite()
    with books.unscoped() as session:
        user = sign_up.join_by_name(session, INVITED, "Rosa", Codes(invitation=code), "one form")
        user.created_at = now() - timedelta(minutes=5)
    with pytest.raises(SignInFailed, match="too long"), books.unscoped() as session:
        sign_up.join_by_name(session, INVITED, "Rosa", Codes(invitation=code), "one form")
