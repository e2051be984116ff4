"""The account page as a tab has it: whatever the sign-in service told, and until the session ends."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from echoes.accounts import service
from echoes.admin import users
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.models import AuthSession, User
from echoes.pages.account.state import AccountState
from echoes.settings import get_settings
from tests.support.processes import wait_until
from tests.support.tabs import OpenTab

WATCH = f"{AccountState.get_full_name().partition('.')[2]}.watch"
OPERATOR = Operator(None, "an operator")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("https://lh3.googleusercontent.com/a/rosa", "https://lh3.googleusercontent.com/a/rosa"),
        ("https://accounts.google.com/rosa.jpg", "https://accounts.google.com/rosa.jpg"),
        ("http://lh3.googleusercontent.com/a/rosa", ""),
        ("https://evil.example/#.googleusercontent.com", ""),
        ("https://accounts.google.com@evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://[evil]/", ""),
        ("https://a\uff03b/", ""),
        (None, ""),
    ],
)
async def test_a_picture_is_shown_from_where_browsers_may_load_it_and_breaks_nothing(
    database: Database, anna: UUID, open_tab: OpenTab, told: str | None, shown: str
) -> None:
    with database.unscoped() as session:
        session.exec(update(User).where(col(User.id) == anna).values(picture_url=told))
    tab = open_tab(anna)
    await tab.load("/account")
    fields = (await tab.follow(WATCH, "/account")).fields
    assert (fields["is_loaded"], fields["account"].picture) == (True, shown)


def signed_out(session: Session, token: str) -> None:
    service.close_session(session, token)


def replaced(session: Session, token: str) -> None:
    other = User(issuer="local", subject="other", name="Somebody else")
    session.add(other)
    session.flush()
    service.open_session(session, get_settings(), other.id, "the same browser", token)


def suspended(session: Session, token: str) -> None:
    users.suspend(session, OPERATOR, session_of(session, token).user_id, "a complaint")


def ended_by_an_operator(session: Session, token: str) -> None:
    users.end_session(session, OPERATOR, session_of(session, token).id)


def session_of(session: Session, token: str) -> AuthSession:
    return session.exec(
        select(AuthSession).where(col(AuthSession.token_hash) == service.token_hash(token))
    ).one()


@pytest.mark.parametrize("end", [signed_out, replaced, suspended, ended_by_an_operator])
async def test_a_tab_leaves_when_its_session_ends(
    database: Database, anna: UUID, open_tab: OpenTab, end: Callable[[Session, str], None]
) -> None:
    tab = open_tab(anna)
    await tab.load("/account")
    async with tab.following(WATCH, "/account") as told:
        with database.unscoped() as session:
            end(session, tab.cookie.partition("=")[2])
        await wait_until(lambda: told().redirect, "the page to be left")
        assert told().redirect == "/sign-in?next=%2Faccount&problem=ended"
