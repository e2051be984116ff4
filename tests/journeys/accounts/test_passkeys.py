"""Passkeys in a real browser, with Chromium's virtual authenticator (CDP, domain WebAuthn)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.accounts.steps import look_in_the_dark
from tests.journeys.conftest import DEVICES, App
from tests.journeys.visitors import visit

pytestmark = pytest.mark.chromium

PHONE_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def plug_in(page: Page) -> tuple[CDPSession, Callable[[], None]]:
    """A virtual authenticator, and how to put another one in its place."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    current = [add_key(devtools)]

    def replace() -> None:
        devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": current[0]})
        current[0] = add_key(devtools)

    return devtools, replace


def add_key(devtools: CDPSession) -> str:
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE_KEY})
    return str(made["authenticatorId"])


def sign_out(page: Page) -> None:
    page.get_by_text("Your account,").first.locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url(re.compile(r"^https?://[^/]+/$"))


@pytest.mark.parametrize("device", DEVICES)
def test_a_passkey_is_made_used_joined_by_another_and_removed(
    chromium: Browser, app: App, device: str
) -> None:
    with visit(chromium, app.address, device, DEVICES[device]) as visitor:
        page = visitor.page
        _, replace_key = plug_in(page)
        page.goto("/sign-in")
        page.get_by_text("New here?").click()
        look_in_the_dark(visitor, "passkeys-0-sign-in")
        page.get_by_label("What should we call you?").fill(f"Passkey Rosa on a {device}")
        page.get_by_role("button", name="Create a passkey").click()
        page.wait_for_url("**/films")

        page.goto("/account")
        passkeys = page.locator("#passkeys li")
        expect(passkeys).to_have_count(1)
        page.get_by_role("button", name="Make recovery codes").click()
        codes = page.get_by_role("dialog", name="Your recovery codes")
        expect(codes.locator("code")).to_have_count(10)
        look_in_the_dark(visitor, "passkeys-1-codes")
        codes.get_by_role("button", name="I have kept them").click()
        expect(page.get_by_text("10 unused recovery codes left.")).to_be_visible()

        sign_out(page)
        page.goto("/account")  # The name's field suggests the passkey, and this authenticator takes it.
        expect(passkeys).to_have_count(1)
        page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        sign_out(page)
        page.goto("/account")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(passkeys).to_have_count(1)

        replace_key()  # A second device: the first one is at home.
        page.get_by_role("button", name="Add a passkey").click()
        expect(passkeys).to_have_count(2)
        look_in_the_dark(visitor, "passkeys-2-account")
        page.get_by_role("button", name="Remove ").first.click()
        page.get_by_role("button", name="Remove it").click()
        expect(passkeys).to_have_count(1)
        expect(page.get_by_text("The passkey has been removed.")).to_be_visible()


def test_what_goes_wrong_is_said_in_a_sentence(chromium: Browser, app: App) -> None:
    with visit(chromium, app.address, "phone", DEVICES["phone"]) as visitor:
        page = visitor.page
        devtools, _ = plug_in(page)
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        alert = page.get_by_role("alert").filter(has_text="there is no passkey for Echoes here")
        expect(alert).to_be_visible()
        visitor.look("passkeys-3-refused")
        devtools.send("WebAuthn.disable")
