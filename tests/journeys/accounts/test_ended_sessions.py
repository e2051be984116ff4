"""A session that ends in the middle of work loses no word and no upload, and shows none to the next."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from echoes.database import Database
from tests.journeys.accounts.steps import by_provider, end_sessions, make_known, person_of, sign_in
from tests.journeys.visitors import Visitor
from tests.support.media.photos import make_photos

pytestmark = pytest.mark.chromium

LONG = 60_000
ENDED = re.compile(r"/sign-in\?next=%2Fproject%2F[0-9a-f-]+%2Fphotos&problem=ended$")


def begin_naming(page: Page) -> None:
    """On the photos step of a new film; asking for a new one twice is asking for one."""
    page.goto("/films/new")
    page.wait_for_url("**/photos")
    name_again(page)


def name_again(page: Page) -> None:
    page.get_by_role("button", name="Rename this film").click()


@pytest.mark.parametrize("rosa", ["phone"], indirect=True)
def test_a_session_that_ends_in_the_middle_of_typing_loses_no_word(rosa: Visitor, database: Database) -> None:
    page = rosa.page
    sign_in(rosa)
    begin_naming(page)
    page.get_by_label("What is it called?").fill("Grandma’s summers by the lake")
    end_sessions(database)
    page.get_by_role("button", name="Save the name").click()
    page.wait_for_url(ENDED)
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    rosa.look("account-2-ended")
    by_provider(page, person_of(rosa))
    page.wait_for_url("**/photos")
    name_again(page)
    expect(page.get_by_label("What is it called?")).to_have_value("Grandma’s summers by the lake")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="Grandma’s summers by the lake")).to_be_visible()
    begin_naming(page)
    expect(page.get_by_label("What is it called?")).to_have_value("")


@pytest.mark.parametrize("rosa", ["desktop"], indirect=True)
def test_words_of_one_person_are_not_shown_to_the_next(
    rosa: Visitor, database: Database, provider: str
) -> None:
    page, next_one = rosa.page, f"paul-{rosa.number}"
    make_known(provider, next_one, "Paul")
    sign_in(rosa)
    begin_naming(page)
    page.get_by_label("What is it called?").fill("A surprise for Paul")
    end_sessions(database)
    page.get_by_role("button", name="Save the name").click()
    page.wait_for_url(ENDED)
    by_provider(page, next_one)
    page.wait_for_url("**/photos")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    begin_naming(page)
    expect(page.get_by_label("What is it called?")).to_have_value("")
    page.wait_for_function("() => !JSON.stringify(sessionStorage).includes('surprise')")


@pytest.mark.parametrize("rosa", ["phone"], indirect=True)
def test_words_that_were_thrown_away_do_not_come_back(rosa: Visitor) -> None:
    page = rosa.page
    sign_in(rosa)
    begin_naming(page)
    page.get_by_label("What is it called?").fill("Never mind")
    page.get_by_role("button", name="Not now").click()
    name_again(page)
    expect(page.get_by_label("What is it called?")).to_have_value("")


@pytest.mark.parametrize("rosa", ["desktop"], indirect=True)
def test_a_tab_goes_on_by_itself_when_another_has_signed_in(rosa: Visitor) -> None:
    first = rosa.page
    sign_in(rosa)
    begin_naming(first)
    second = first.context.new_page()
    second.goto("/auth/start?next=/films")  # a sign-in ends this browser's session before it
    second.get_by_placeholder("sub").fill(person_of(rosa))
    second.get_by_role("button", name="Authorize", exact=True).click()
    second.wait_for_url("**/films")
    first.bring_to_front()
    first.get_by_label("What is it called?").fill("Two tabs")
    first.get_by_role("button", name="Save the name").click()
    name_again(first)
    expect(first.get_by_label("What is it called?")).to_have_value("Two tabs")
    second.close()


@pytest.mark.parametrize("rosa", ["phone"], indirect=True)
def test_an_upload_goes_on_after_signing_in_again(rosa: Visitor, database: Database, tmp_path: Path) -> None:
    page = rosa.page
    sign_in(rosa, "/films/new", ends="/photos")
    expect(page.locator("input[type=file]").first).to_be_attached()
    ended: list[str] = []

    def end_in_the_middle(route: Route) -> None:
        if route.request.method == "PATCH" and not ended:
            ended.append(route.request.url)
            end_sessions(database)
        route.continue_()

    page.route("**/uploads/**", end_in_the_middle)
    page.locator("input[type=file]").first.set_input_files(make_photos(tmp_path, count=3))
    way = page.get_by_role("link", name="Sign in").first
    expect(way).to_be_visible(timeout=LONG)
    rosa.look("account-3-upload-waits")
    with page.context.expect_page() as opened:
        way.click()
    other = opened.value
    by_provider(other, person_of(rosa))
    other.wait_for_url("**/photos")
    thumbnails = page.locator("main img[src*='/files/']")
    expect(thumbnails).to_have_count(3, timeout=LONG)
    assert len(ended) == 1
    other.close()
