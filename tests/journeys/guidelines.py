"""WCAG 2.2, levels A and AA, judged by axe-core; and the geometry of a page on small screens."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize

from scripts.screenshots.geometry import geometry_problems
from tests.journeys.visitors import NARROWEST, Visitor, settle

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # What is good would be told in as much detail.
}
LYING = ViewportSize(width=844, height=390)
"""A phone on its side."""
VIOLATIONS = "rules => axe.run(rules).then(found => found.violations)"
"""Alone: the rest of what was found takes longer on its way to us than to find it."""


def obeys(page: Page, what: str) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults({"violations": page.evaluate(VIOLATIONS, RULES)})
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


def obeys_in_light_and_dark(page: Page, what: str) -> None:
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.classList.toggle('dark', theme === 'dark')", theme)
        settle(page)
        obeys(page, f"{what}, {theme}")
    page.evaluate("document.documentElement.classList.remove('dark')")


def fits_a_phone(visitor: Visitor, what: str) -> None:
    """Nothing is cut, covered, too small to tap or beyond the edge; a dialog's answers are in sight."""
    screen = visitor.page.viewport_size
    if visitor.device != "phone" or screen is None:
        return
    for size in (NARROWEST, LYING):
        visitor.page.set_viewport_size(size)
        settle(visitor.page)
        assert geometry_problems(visitor.page) == [], f"{what}, {size['width']} × {size['height']}"
    visitor.page.set_viewport_size(screen)
