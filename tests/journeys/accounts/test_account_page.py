"""The account page: one's name, other browsers, all one's data, leaving and staying."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.accounts.steps import by_provider, look_in_the_dark, person_of, sign_in
from tests.journeys.conftest import App
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor

pytestmark = pytest.mark.chromium


def test_the_account_page(rosa: Visitor, chromium: Browser, app_with_provider: App, tmp_path: Path) -> None:
    page = rosa.page
    sign_in(rosa, "/account")
    browsers = page.locator(".browsers li")
    expect(browsers).to_have_count(1)
    elsewhere = chromium.new_context(base_url=app_with_provider.address, user_agent="Firefox/140.0 (Windows)")
    elsewhere.set_default_timeout(SECONDS_TO_SEE * 1000)
    other = elsewhere.new_page()
    other.goto("/account")
    by_provider(other, person_of(rosa))
    other.wait_for_url("**/account")
    page.reload()
    expect(browsers).to_have_count(2)
    look_in_the_dark(rosa, "account-4-page")
    rename(page, "Rosa the Great")
    sign_out_elsewhere(page, other)
    invitation = re.compile("^" + re.escape(app_with_provider.address) + r"/r/\w{8}$")
    expect(page.get_by_label("Your invitation link")).to_have_value(invitation)
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
    page.get_by_role("button", name="Delete my account…").click()
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
