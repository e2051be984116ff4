"""The pages before sign-in: what somebody without an invitation reads, and somebody with one."""

from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.accounts.cookies import INVITATION, header_of_pages
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.database import Database
from echoes.models import Role, User
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from tests.pages.every_handler import JOIN, SIGN_IN
from tests.support.tabs import Fields, OpenTab


async def shown(open_tab: OpenTab, handler: str, at: str, code: str = "") -> Fields:
    tab = open_tab(None)
    tab.cookie = f"{INVITATION}={invitations.plain(code)}"
    await tab.load(at)
    return (await tab.send(f"{handler}.enter", at)).fields


@pytest.fixture
def at_home(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Production without a sign-in service."""
    for name, value in {
        "MODE": "production", "SECRET_KEY": "JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u", "PAYMENTS": "none",
        "PUBLIC_URL": "http://localhost:3000", "SIGN_UP": "invited",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ECHOES_{name}", value)
    get_settings.cache_clear()


def rules(database: Database, **values: object) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, SignUpRules.model_validate(values), None)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"policy": "open"}, "Anyone can join here."),
        ({"policy": "invited"}, "People join here by invitation."),
        ({"policy": "domains", "domains": ["a.example"]}, "at a.example can join here"),
        ({"policy": "domains", "domains": ["a.example", "b.example"]}, "at a.example or b.example can join"),
    ],
)
async def test_the_rule_is_said_and_whom_to_ask(
    open_tab: OpenTab, database: Database, policy: dict[str, object], said: str
) -> None:
    rules(database, **policy, whom_to_ask="Please ask Ruth.")
    fields = await shown(open_tab, JOIN, "/join?problem=uninvited")
    assert said in fields["rule"]
    assert fields["whom_to_ask"] == "Please ask Ruth."
    assert fields["problem"] == "People join here by invitation."


async def test_no_address_puts_words_on_the_page(open_tab: OpenTab, database: Database) -> None:
    fields = await shown(open_tab, JOIN, "/join?problem=suspended&next=//evil.example")
    assert fields.get("problem", "") == ""
    assert "evil" not in str(fields)


async def test_who_comes_with_an_invitation_is_told_by_whom(
    open_tab: OpenTab, database: Database, anna: UUID, at_home: None
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR  # Members' invitations bring no credits.
        _, code = invitations.create(session, InvitationTerms(credits=3), anna)
    fields = await shown(open_tab, SIGN_IN, "/sign-in", code)
    assert fields["welcome"] == "Anna invites you to join. The invitation comes with 3 credits to make clips."
    assert fields["by_invitation"] is True
    assert len(fields["form"]) > 20
    without = await shown(open_tab, SIGN_IN, "/sign-in", "abcd-efgh-jkmn-pqrs")
    assert (without.get("welcome", ""), without.get("by_invitation", False)) == ("", False)
    assert without["is_open"] is False


def test_of_a_browsers_cookies_pages_see_two(database: Database) -> None:
    jar = f"theme=dark; {INVITATION}=abcd; echoes_session=token; echoes_watch=secret"
    assert header_of_pages(jar, 200) == f"echoes_session=token; {INVITATION}=abcd"
    assert header_of_pages(f"{INVITATION}={'x' * 201}; echoes_session=é", 200) == ""
