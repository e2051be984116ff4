"""What people do to sign in, and how they lose their session."""

import httpx
from playwright.sync_api import Page
from sqlmodel import delete

from echoes.database import Database
from echoes.models import AuthSession
from tests.journeys.visitors import Visitor, settle
from tests.support.processes import PATIENCE


def forgive_refusals(visitor: Visitor) -> None:
    """Browsers log every answer above 400, and asking whether one is signed in is answered so."""
    visitor.complaints[:] = [line for line in visitor.complaints if "Failed to load resource" not in line]


def person_of(visitor: Visitor) -> str:
    """Who they are at the provider: in each try of a test somebody else."""
    return f"rosa-{visitor.number}"


def make_known(provider: str, person: str, name: str) -> None:
    told = {"email": f"{person}@example.org", "email_verified": True, "name": name}
    httpx.put(f"{provider}/users/{person}", json=told, timeout=PATIENCE).raise_for_status()


def by_provider(page: Page, person: str) -> None:
    page.get_by_role("link", name="Continue with Google").click()
    page.get_by_placeholder("sub").fill(person)
    page.get_by_role("button", name="Authorize", exact=True).click()


def sign_in(visitor: Visitor, address: str = "/films", ends: str = "") -> None:
    """`ends`: of the address where it leads, if that is another one."""
    visitor.page.goto(address)
    by_provider(visitor.page, person_of(visitor))
    visitor.page.wait_for_url(f"**{ends or address}")


def end_sessions(database: Database) -> None:
    with database.unscoped() as session:
        session.exec(delete(AuthSession))


def look_in_the_dark(visitor: Visitor, name: str) -> None:
    visitor.look(name)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.evaluate("document.documentElement.classList.add('dark')")
    settle(visitor.page)
    visitor.look(f"{name}-dark")
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.evaluate("document.documentElement.classList.remove('dark')")
