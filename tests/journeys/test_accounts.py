"""Signing in by a provider, losing the session in the middle of work, the account page: in a real browser."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Browser, Page, Route, expect
from sqlmodel import col, delete, select

from echoes.database import Database
from echoes.models import AuthSession, User
from tests.journeys.conftest import DEVICES, App, free_port, require_front_end
from tests.journeys.visitors import Visitor, visit
from tests.support.photos import make_photos

pytestmark = pytest.mark.chromium

LONG = 60_000


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def app_with_provider(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[App]:
    require_front_end()
    settings = {
        "ECHOES_OIDC_ISSUER": provider,
        "ECHOES_OIDC_CLIENT_ID": "echoes",
        "ECHOES_OIDC_CLIENT_SECRET": "secret",
        "ECHOES_SIGN_INS_PER_MINUTE": "1000",
    }
    running = App(tmp_path_factory.mktemp("accounts"), free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def database(app_with_provider: App) -> Iterator[Database]:
    opened = Database(f"sqlite:///{app_with_provider.data_dir}/echoes.db")
    yield opened
    opened.dispose()


@pytest.fixture(params=DEVICES)
def rosa(
    request: pytest.FixtureRequest, chromium: Browser, app_with_provider: App, provider: str
) -> Iterator[Visitor]:
    """Known to the provider by this name."""
    person = f"rosa-{request.param}"
    told = {"email": f"{person}@example.org", "email_verified": True, "name": f"Rosa on a {request.param}"}
    httpx.put(f"{provider}/users/{person}", json=told).raise_for_status()
    with visit(chromium, app_with_provider.address, request.param, DEVICES[request.param]) as visitor:
        yield visitor
        forgive_refusals(visitor)


def forgive_refusals(visitor: Visitor) -> None:
    """Browsers log every answer above 400, and asking whether one is signed in is answered so."""
    visitor.complaints[:] = [line for line in visitor.complaints if "Failed to load resource" not in line]


def by_provider(page: Page, person: str) -> None:
    page.get_by_role("link", name="Continue with Google").click()
    page.get_by_placeholder("sub").fill(person)
    page.get_by_role("button", name="Authorize", exact=True).click()


def sign_in(visitor: Visitor, address: str = "/films") -> None:
    visitor.page.goto(address)
    by_provider(visitor.page, f"rosa-{visitor.device}")
    visitor.page.wait_for_url(f"**{address}")


def end_sessions(database: Database) -> None:
    with database.unscoped() as session:
        session.exec(delete(AuthSession))


def look_in_the_dark(visitor: Visitor, name: str) -> None:
    visitor.look(name)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.evaluate("document.documentElement.classList.add('dark')")
    visitor.page.wait_for_timeout(500)  # colours melt into each other
    visitor.look(f"{name}-dark")
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.evaluate("document.documentElement.classList.remove('dark')")


def test_the_provider_lets_people_in_and_back_to_where_they_were_going(rosa: Visitor) -> None:
    page = rosa.page
    page.goto("/account")
    page.wait_for_url("**/sign-in?next=%2Faccount")
    expect(page.get_by_role("link", name="Continue with Google")).to_be_visible()
    look_in_the_dark(rosa, "account-0-sign-in")
    by_provider(page, f"rosa-{rosa.device}")
    page.wait_for_url("**/account")
    expect(page.get_by_role("heading", name=f"Rosa on a {rosa.device}")).to_be_visible()


def test_who_changes_their_mind_is_told_so_and_can_try_again(rosa: Visitor) -> None:
    page = rosa.page
    page.goto("/films")
    page.get_by_role("link", name="Continue with Google").click()
    # The mock provider leaves out the state that real ones send along.
    state = re.search(r"state=([^&]+)", page.url)
    assert state is not None
    page.goto(f"/auth/callback?error=access_denied&state={state[1]}")
    expect(page.get_by_role("alert")).to_contain_text("called off")
    look_in_the_dark(rosa, "account-1-denied")
    by_provider(page, f"rosa-{rosa.device}")
    page.wait_for_url("**/films")


def test_a_session_that_ends_in_the_middle_of_typing_loses_no_word(rosa: Visitor, database: Database) -> None:
    page = rosa.page
    sign_in(rosa)
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    page.get_by_label("What is it called?").fill("Grandma’s summers by the lake")
    end_sessions(database)
    page.get_by_role("button", name="Start with photos").click()
    page.wait_for_url("**/sign-in?next=%2Ffilms&problem=ended")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    rosa.look("account-2-ended")
    by_provider(page, f"rosa-{rosa.device}")
    page.wait_for_url("**/films")
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    expect(page.get_by_label("What is it called?")).to_have_value("Grandma’s summers by the lake")
    page.get_by_role("button", name="Start with photos").click()
    page.wait_for_url("**/photos")
    page.goto("/films")
    expect(page.get_by_role("heading", name="Grandma’s summers by the lake")).to_be_visible()
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    expect(page.get_by_label("What is it called?")).to_have_value("")


def test_words_of_one_person_are_not_shown_to_the_next(
    rosa: Visitor, database: Database, provider: str
) -> None:
    page, next_one = rosa.page, f"paul-{rosa.device}"
    told = {"email": f"{next_one}@example.org", "email_verified": True, "name": "Paul"}
    httpx.put(f"{provider}/users/{next_one}", json=told).raise_for_status()
    sign_in(rosa)
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    page.get_by_label("What is it called?").fill("A surprise for Paul")
    end_sessions(database)
    page.get_by_role("button", name="Start with photos").click()
    page.wait_for_url("**/sign-in?next=%2Ffilms&problem=ended")
    by_provider(page, next_one)
    page.wait_for_url("**/films")
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    expect(page.get_by_label("What is it called?")).to_have_value("")
    assert "surprise" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_words_that_were_thrown_away_do_not_come_back(rosa: Visitor) -> None:
    page = rosa.page
    sign_in(rosa)
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    page.get_by_label("What is it called?").fill("Never mind")
    page.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    expect(page.get_by_label("What is it called?")).to_have_value("")


def test_a_tab_goes_on_by_itself_when_another_has_signed_in(rosa: Visitor) -> None:
    first = rosa.page
    sign_in(rosa)
    first.get_by_role("button", name=re.compile("Start a")).last.click()
    second = first.context.new_page()
    second.goto("/auth/start?next=/films")  # a sign-in ends this browser's session before it
    second.get_by_placeholder("sub").fill(f"rosa-{rosa.device}")
    second.get_by_role("button", name="Authorize", exact=True).click()
    second.wait_for_url("**/films")
    first.bring_to_front()
    first.get_by_label("What is it called?").fill("Two tabs")
    first.get_by_role("button", name="Start with photos").click()
    first.wait_for_url("**/films")
    first.get_by_role("button", name=re.compile("Start a")).last.click()
    expect(first.get_by_label("What is it called?")).to_have_value("Two tabs")
    second.close()


def test_an_upload_goes_on_after_signing_in_again(rosa: Visitor, database: Database, tmp_path: Path) -> None:
    page = rosa.page
    sign_in(rosa)
    page.get_by_role("button", name=re.compile("Start a")).last.click()
    page.get_by_label("What is it called?").fill("Interrupted")
    page.get_by_role("button", name="Start with photos").click()
    page.wait_for_url("**/photos")
    expect(page.locator("input[type=file]").first).to_be_attached()
    ended: list[str] = []

    def end_in_the_middle(route: Route) -> None:
        if route.request.method == "PATCH" and not ended:
            ended.append(route.request.url)
            end_sessions(database)
        route.continue_()

    page.route("**/uploads/**", end_in_the_middle)
    page.locator("input[type=file]").first.set_input_files(make_photos(tmp_path)[:3])
    way = page.get_by_role("link", name="Sign in").first
    expect(way).to_be_visible(timeout=LONG)
    rosa.look("account-3-upload-waits")
    with page.context.expect_page() as opened:
        way.click()
    other = opened.value
    by_provider(other, f"rosa-{rosa.device}")
    other.wait_for_url("**/photos")
    thumbnails = page.locator("main img[src*='/files/']")
    expect(thumbnails).to_have_count(3, timeout=LONG)
    assert len(ended) == 1
    other.close()


def test_the_account_page(rosa: Visitor, chromium: Browser, app_with_provider: App, tmp_path: Path) -> None:
    page = rosa.page
    sign_in(rosa, "/account")
    browsers = page.locator(".browsers li")
    expect(browsers.first).to_be_visible()
    here = browsers.count()  # Other journeys may have left one signed in.
    elsewhere = chromium.new_context(base_url=app_with_provider.address, user_agent="Firefox/140.0 (Windows)")
    other = elsewhere.new_page()
    other.goto("/account")
    by_provider(other, f"rosa-{rosa.device}")
    other.wait_for_url("**/account")
    page.reload()
    expect(browsers).to_have_count(here + 1)
    look_in_the_dark(rosa, "account-4-page")
    rename(page, "Rosa the Great")
    sign_out_elsewhere(page, other)
    invitation = page.get_by_label("Your invitation link").input_value()
    assert re.fullmatch(re.escape(app_with_provider.address) + r"/r/\w{8}", invitation)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    archive = zipfile.ZipFile(download.value.path())
    assert "data/users.json" in archive.namelist()
    leave_and_stay(rosa)
    elsewhere.close()


def rename(page: Page, name: str) -> None:
    page.get_by_role("button", name="Change the name").click()
    page.get_by_label("What is your name?").fill(name)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def sign_out_elsewhere(page: Page, other: Page) -> None:
    browsers = page.locator(".browsers li")
    expect(browsers.filter(has_text="Firefox on Windows")).to_be_visible()
    expect(browsers.filter(has_text="This browser")).to_have_count(1)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(browsers).to_have_count(1)
    other.wait_for_url("**/sign-in?next=%2Faccount&problem=ended")


def leave_and_stay(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Delete my account …").click()
    page.get_by_label(re.compile("To be sure")).fill("yes")
    page.get_by_role("button", name="Delete my account", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("please type")
    visitor.look("account-5-leaving")
    page.get_by_label(re.compile("To be sure")).fill("delete my account")
    page.get_by_role("button", name="Delete my account", exact=True).click()
    banner = page.get_by_label("Your account is about to be deleted")
    expect(banner).to_be_visible()
    look_in_the_dark(visitor, "account-6-left")
    page.goto("/films")
    expect(banner).to_be_visible()
    visitor.look("account-7-films-banner")
    banner.get_by_role("link", name="Keep my account").click()
    page.get_by_role("button", name="Keep my account").click()
    expect(banner).to_be_hidden()


def test_a_friends_link_is_remembered_until_the_friend_signs_up(
    chromium: Browser, app_with_provider: App, provider: str, database: Database
) -> None:
    with database.unscoped() as session:
        friend = User(issuer=provider, subject="old friend", name="Old friend", email="old@example.org")
        session.add(friend)
    told = {"email": "new@example.org", "email_verified": True, "name": "New friend"}
    httpx.put(f"{provider}/users/new-friend", json=told).raise_for_status()
    with visit(chromium, app_with_provider.address, "desktop", DEVICES["desktop"]) as visitor:
        visitor.page.goto(f"/?code={friend.referral_code}")
        visitor.page.get_by_role("link", name="Make a film").first.click()
        by_provider(visitor.page, "new-friend")
        visitor.page.wait_for_url("**/films")
        forgive_refusals(visitor)
    with database.reading() as session:
        guest = session.exec(select(User).where(col(User.subject) == "new-friend")).one()
    assert guest.referred_by_id == friend.id
