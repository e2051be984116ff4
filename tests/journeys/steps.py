"""Steps that many journeys begin with: signing in, beginning a film, uploading photographs."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.visitors import Finger, Visitor

LONG = 180_000
NAMES = "(all) => all.map(({ src }) => src.split('?')[0].split('/').pop().split('.')[0])"
"""Of pictures, whether they are shown large or by the small copy that is made later; without signatures."""


def from_landing_to_photos(visitor: Visitor, finger: Finger, name: str) -> str:
    """As `sign_in`, with all that a newcomer taps."""
    page, name = visitor.page, visitor.called(name)
    page.goto("/")
    expect(page.get_by_text("What it costs")).to_be_visible()
    visitor.look("0-landing")
    finger.tap(page.get_by_role("link", name="Make a film"))
    person = page.get_by_label("What is your name?")
    expect(person).to_be_focused()
    page.keyboard.type(name)
    visitor.look("1-sign-in")
    finger.tap(page.get_by_role("button", name="Continue", exact=True))
    at(page, "/photos")
    return name


def named(name: str) -> str:
    """What a person called something, as the names of buttons hold it: isolated (echoes.text.isolation)."""
    return f"\u2068{name}\u2069"


def sign_in(visitor: Visitor, address: str, name: str) -> str:
    """As somebody whom the app does not know yet. Gives the whole name."""
    page, name = visitor.page, visitor.called(name)
    page.goto(address)
    page.wait_for_url(re.compile(r"/sign-in\?next=" + re.escape(address.replace("/", "%2F"))))
    page.get_by_label(re.compile("name", re.I)).fill(name)
    page.get_by_label(re.compile("name", re.I)).press("Enter")
    at(page, address)
    return name


def begin_film(visitor: Visitor, title: str) -> None:
    page = visitor.page
    expect(page.get_by_role("heading", name="Your films")).to_be_visible()
    visitor.look("2-no-films")
    page.get_by_role("link", name="New film").click()
    at(page, "/photos")
    name_film(page, title)


def name_film(page: Page, title: str) -> None:
    page.get_by_role("button", name="Rename this film").click()
    page.get_by_label("What is it called?").fill(title)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def upload(visitor: Visitor, photos: list[Path]) -> None:
    visitor.page.locator("input[type=file]").first.set_input_files(photos)
    see(visitor, photos)


def see(visitor: Visitor, photos: list[Path]) -> None:
    page = visitor.page
    thumbnails = page.locator("main img[src*='/thumbnails/']")  # Wherever files lie.
    expect(thumbnails).to_have_count(len(photos), timeout=LONG)
    for thumbnail in thumbnails.all():
        is_drawn(thumbnail)
    visitor.look("3-photos")


def has_arrived(page: Page) -> None:
    """Nothing in it is a skeleton any more, and the scripts of parts that are mounted later have come."""
    expect(page.locator("main#content")).to_be_visible()
    expect(page.locator("main .skeleton")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def is_drawn(picture: Locator) -> None:
    """Its file has come, and is a picture."""
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def at(page: Page, address: str) -> None:
    page.wait_for_url(re.compile(re.escape(address) + "/?$"))
