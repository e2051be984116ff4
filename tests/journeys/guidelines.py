"""WCAG 2.2, levels A and AA, judged by axe-core; and the geometry of a page on small screens."""

from functools import partial

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize

from scripts.screenshots.geometry import geometry_problems
from tests.journeys.visitors import NARROWEST, SECONDS_TO_SETTLE, Visitor, becomes, settle

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # What is good would be told in as much detail.
}
LYING = ViewportSize(width=844, height=390)
"""A phone on its side."""
VIOLATIONS = "rules => axe.run(rules).then(found => found.violations)"
"""Alone: the rest of what was found takes longer on its way to us than to find it."""


def obeys(page: Page, what: str) -> None:
    becomes(partial(violations, page), "", what, SECONDS_TO_SETTLE)


def violations(page: Page) -> str:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults({"violations": page.evaluate(VIOLATIONS, RULES)})
    return str(found.generate_report()) if found.violations_count else ""


def obeys_in_light_and_dark(page: Page, what: str) -> None:
    for theme in ("light", "dark"):
        becomes(partial(violations_in, page, theme), "", f"{what}, {theme}", SECONDS_TO_SETTLE)
    page.evaluate("document.documentElement.classList.remove('dark')")


def violations_in(page: Page, theme: str) -> str:
    page.evaluate("theme => document.documentElement.classList.toggle('dark', theme === 'dark')", theme)
    settle(page)
    return violations(page)


def fits_a_phone(visitor: Visitor, what: str) -> None:
    """Nothing is cut, covered, too small to tap or beyond the edge; a dialog's answers are in sight."""
    screen = visitor.page.viewport_size
    if visitor.device != "phone" or screen is None:
        return
    for size in (NARROWEST, LYING):
        visitor.page.set_viewport_size(size)
        size_in_words = f"{what}, {size['width']} × {size['height']}"
        becomes(partial(settled_problems, visitor.page), [], size_in_words, SECONDS_TO_SETTLE)
    visitor.page.set_viewport_size(screen)


def settled_problems(page: Page) -> list[str]:
    settle(page)
    return geometry_problems(page)
