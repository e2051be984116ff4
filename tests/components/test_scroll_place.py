"""Who comes back to a page finds the place where they left it, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.processes import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

SCRIPT = Path(__file__).resolve().parents[2] / "echoes/components/scroll_place/places.js"
HERE = "http://echoes.test/"
TALL = "document.body.style.height = '5000px'"
FRAMES = "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"
HEAR = "() => { window.heard = new Promise((done) => addEventListener('wheel', done, { once: true })); }"
AT = "top => Math.abs(scrollY - top) < 2"


@pytest.fixture
def page(browser: Browser) -> Page:
    """A page that is not longer than its window, as one that still loads."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.route(HERE, lambda route: route.fulfill(body="<title>A page</title>", content_type="text/html"))
    page.goto(HERE)
    page.add_script_tag(content=SCRIPT.read_text().replace("export function", "function"))
    return page


def leave_at(page: Page, top: int) -> None:
    page.evaluate(f"() => {{ {TALL}; window.leave = keepPlace('/clips'); }}")
    page.evaluate(FRAMES)
    page.evaluate("top => scrollTo(0, top)", top)
    page.wait_for_function("() => sessionStorage.getItem('echoes place /clips') > 0")
    page.evaluate("leave(); document.body.style.height = ''")


def test_the_place_is_found_again_as_soon_as_there_is_room(page: Page) -> None:
    leave_at(page, 1800)
    page.wait_for_function(AT, arg=0)
    page.evaluate("() => { keepPlace('/clips'); }")
    page.evaluate(TALL)
    page.wait_for_function(AT, arg=1800)
    page.evaluate(FRAMES)
    assert page.evaluate(AT, 1800), "and stays"


def test_another_page_begins_at_its_top(page: Page) -> None:
    leave_at(page, 1800)
    page.evaluate(f"() => {{ {TALL}; scrollTo(0, 900); keepPlace('/film'); }}")
    page.wait_for_function(AT, arg=0)
    page.evaluate(FRAMES)
    assert page.evaluate(AT, 0), "and stays there"


def test_a_jump_within_a_page_is_not_taken_for_going_back(page: Page) -> None:
    page.evaluate(f"() => {{ {TALL}; arrive(); }}")
    page.evaluate(
        "() => new Promise((seen) => { addEventListener('popstate', seen); location.hash = '#photo'; })"
    )
    page.evaluate("() => { scrollTo(0, 900); arrive(); }")
    page.wait_for_function(AT, arg=0)
    page.evaluate(FRAMES)
    assert page.evaluate(AT, 0), "and stays there"


def test_who_scrolls_meanwhile_is_not_taken_back(page: Page) -> None:
    leave_at(page, 1800)
    page.evaluate("() => { keepPlace('/clips'); }")
    page.evaluate(HEAR)
    page.mouse.wheel(0, 10)
    page.evaluate("heard")
    page.evaluate(f"{TALL}; scrollTo(0, 300)")
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == 300
