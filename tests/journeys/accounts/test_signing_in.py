"""Signing in by a provider, with a change of mind or a friend's link, in a real browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from echoes.database import Database
from echoes.models import User
from tests.journeys.accounts.steps import (
    by_provider,
    forgive_refusals,
    look_in_the_dark,
    make_known,
    person_of,
)
from tests.journeys.conftest import DEVICES, App
from tests.journeys.visitors import Visitor, visit

pytestmark = pytest.mark.chromium


def test_the_provider_lets_people_in_and_back_to_where_they_were_going(rosa: Visitor) -> None:
    page = rosa.page
    page.goto("/account")
    page.wait_for_url("**/sign-in?next=%2Faccount")
    expect(page.get_by_role("link", name="Continue with Google")).to_be_visible()
    look_in_the_dark(rosa, "account-0-sign-in")
    by_provider(page, person_of(rosa))
    page.wait_for_url("**/account")
    expect(page.get_by_role("heading", name=rosa.called("Rosa"))).to_be_visible()


@pytest.mark.parametrize("rosa", ["phone"], indirect=True)
def test_who_changes_their_mind_is_told_so_and_can_try_again(rosa: Visitor) -> None:
    page = rosa.page
    page.goto("/films")
    page.get_by_role("link", name="Continue with Google").click()
    # The mock provider leaves out the state that real ones send along.
    page.wait_for_url(re.compile("state="))
    state = re.search(r"state=([^&]+)", page.url)
    assert state is not None
    page.goto(f"/auth/callback?error=access_denied&state={state[1]}")
    expect(page.get_by_role("alert")).to_contain_text("cancelled")
    look_in_the_dark(rosa, "account-1-denied")
    by_provider(page, person_of(rosa))
    page.wait_for_url("**/films")


def test_a_friends_link_is_remembered_until_the_friend_signs_up(
    chromium: Browser, app_with_provider: App, provider: str, database: Database
) -> None:
    person = f"friend-{uuid4()}"
    with database.unscoped() as session:
        friend = User(issuer=provider, subject=f"old {person}", name="Old friend", email="old@example.org")
        session.add(friend)
    make_known(provider, person, "New friend")
    with visit(chromium, app_with_provider.address, "desktop", DEVICES["desktop"]) as visitor:
        visitor.page.goto(f"/?code={friend.referral_code}")
        visitor.page.get_by_role("link", name="Make a film").first.click()
        by_provider(visitor.page, person)
        visitor.page.wait_for_url("**/project/*/photos")
        forgive_refusals(visitor)
    with database.reading() as session:
        guest = session.exec(select(User).where(col(User.subject) == person)).one()
    assert guest.referred_by_id == friend.id
