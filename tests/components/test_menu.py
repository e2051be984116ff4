"""Menu: closed as people expect of one, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

SCRIPT = Path(__file__).resolve().parents[2] / "echoes" / "components" / "menu" / "menu.js"
PAGE = """<details><summary>Menu</summary>
<p>Anna</p><a href="#films">Films</a><button>Sign out</button>
</details><button>Elsewhere</button>"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page()


@pytest.fixture
def menu(page: Page) -> Locator:
    """Open."""
    page.set_content(PAGE)
    script = SCRIPT.read_text().replace("export function", "function")
    page.add_script_tag(content=f"{script}; window.stop = putAway(document.querySelector('details'));")
    page.get_by_text("Menu").click()
    menu = page.locator("details")
    expect(menu).to_have_attribute("open", "")
    return menu


def test_escape_puts_it_away_and_the_focus_back(menu: Locator, page: Page) -> None:
    page.get_by_text("Films").focus()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.get_by_text("Menu")).to_be_focused()


def test_a_press_elsewhere_puts_it_away(menu: Locator, page: Page) -> None:
    page.mouse.click(400, 300)
    expect(menu).not_to_have_attribute("open", "")


def test_it_goes_when_the_focus_leaves_it(menu: Locator, page: Page) -> None:
    page.get_by_text("Sign out").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Elsewhere")).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")


def test_it_goes_once_something_was_chosen(menu: Locator, page: Page) -> None:
    page.get_by_text("Films").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_press_on_its_words_leaves_it_open(menu: Locator, page: Page) -> None:
    page.get_by_text("Anna").click()
    expect(menu).to_have_attribute("open", "")


def test_it_can_be_left_alone_again(menu: Locator, page: Page) -> None:
    page.evaluate("window.stop()")
    page.mouse.click(400, 300)
    expect(menu).to_have_attribute("open", "")
