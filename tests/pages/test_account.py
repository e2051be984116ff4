"""The account page as a tab has it: whatever the sign-in service told, and until the session ends."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import col, update

from echoes.accounts import service
from echoes.database import Database
from echoes.models import User
from echoes.pages.account import AccountState
from echoes.settings import get_settings
from tests.support.tabs import Answer, OpenTab

WATCH = f"{AccountState.get_full_name().partition('.')[2]}.watch"


async def wait_for_redirect(told: Callable[[], Answer]) -> str:
    async with asyncio.timeout(20):
        while not (address := told().redirect):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return address


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


@pytest.mark.parametrize("how", ["by signing out in another tab", "by another person who signs in"])
async def test_a_tab_leaves_when_its_session_ends(
    database: Database, anna: UUID, stranger: UUID, open_tab: OpenTab, how: str
) -> None:
    tab = open_tab(anna)
    await tab.load("/account")
    token = tab.cookie.partition("=")[2]
    async with tab.following(WATCH, "/account") as told:
        with database.unscoped() as session:
            if "another person" in how:
                service.open_session(session, get_settings(), stranger, "the same browser", token)
            else:
                service.close_session(session, token)
        assert await wait_for_redirect(told) == "/sign-in?next=%2Faccount&problem=ended"
