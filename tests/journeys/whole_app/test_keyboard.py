"""The arrange step by keyboard alone: Tab comes to all that a finger can touch, and each has a name."""

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from echoes.database import Database
from tests.journeys.conftest import App
from tests.journeys.steps import sign_in
from tests.journeys.visitors import Visitor, becomes
from tests.journeys.whole_app.test_accessibility import a_film_in_every_state

pytestmark = [pytest.mark.long, pytest.mark.chromium]

MOST = 300
"""Presses of Tab: more than any step has controls."""
CONTROLS = """(within) => {
  const named = 'a[href], button, input, select, textarea, summary, [role="slider"], [tabindex="0"]';
  const isThere = (each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0
    && !each.disabled && !each.closest("[inert]");
  for (const former of document.querySelectorAll("[data-control]")) delete former.dataset.control;
  const controls = [...within.querySelectorAll(named)].filter(isThere);
  for (const [number, control] of controls.entries()) control.dataset.control = number;
  return controls.map(({ outerHTML }) => outerHTML.slice(0, 160));
}"""
"""All that can be worked, numbered."""
FOCUSED = """() => {
  const { activeElement: focused } = document;
  const label = focused.getAttribute("aria-label") || focused.labels?.[0]?.textContent || focused.textContent
    || document.getElementById(focused.getAttribute("aria-labelledby"))?.textContent || focused.title;
  return [focused.dataset.control ?? null, (label ?? "").trim()];
}"""
RADIOS = 'input[type="radio"]'
NUMBERS = "(controls) => controls.flatMap(({ dataset }) => dataset.control ?? [])"
"""Of a group Tab comes to one, and the arrows to the others."""
SHEETS = (
    ("^Change clip 2:", "Clip 2", ".filmstrip-handle",
     ("^Where the clip begins$", "^Where the clip ends$", "^Caption$", "^Longer$")),
    ("^Between clip 1 and 2:", "Between clip 1 and 2", ".transition-picture", ("^Wipe across$",)),
)  # fmt: skip
"""What opens each, its title, its part that is mounted last, by its own script, and what Tab comes to."""


def test_everything_of_the_arrange_step_is_reached(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    name = sign_in(visitor, "/films", "By keyboard")
    project = a_film_in_every_state(app, database, name, small_clip, tmp_path)
    page = visitor.page
    page.goto(f"/project/{project.id}/arrange")
    expect(page.locator("li.shot")).to_have_count(2)
    expect(page.locator(".player .segments")).to_be_visible()
    page.get_by_role("button", name=re.compile("^No music")).press("Enter")
    page.get_by_role("button", name=re.compile("^Letters Home")).press("Enter")
    expect(page.get_by_role("slider", name="Where the music begins")).to_be_visible()
    page.locator("summary", has_text="Captions").press("Enter")
    expect(page.get_by_label("Caption of clip 2", exact=True)).to_be_visible()
    wanted = (
        "^Clip$", "^Change clip 2:", "^Between clip 1 and 2:", "^Title$", "^Caption of clip 1$",
        "^Where the music begins$", "^Move several$",
    )  # fmt: skip
    becomes(partial(missed, page, page.locator("main"), wanted), [], "what Tab does not come to")
    for opener, title, mounted_last, inside in SHEETS:
        opens = page.get_by_role("button", name=re.compile(opener))
        opens.press("Enter")
        sheet = page.get_by_role("dialog", name=title)
        expect(sheet.locator(mounted_last).last).to_be_visible()
        becomes(partial(missed, page, sheet, inside), [], f"what Tab does not come to in {title}")
        page.keyboard.press("Escape")
        expect(opens).to_be_focused()


def missed(page: Page, within: Locator, wanted: Iterable[str]) -> list[str]:
    """Walk once by Tab: the controls that it does not come to or that have no name, and names that lack."""
    within.evaluate("(element) => { element.tabIndex = -1; element.focus(); }")
    controls, reached = within.evaluate(CONTROLS), dict[int, str]()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        number, name = page.evaluate(FOCUSED)
        if number is None:
            continue
        if int(number) in reached:
            break
        reached[int(number)] = name
    radios = {int(number) for number in within.locator(RADIOS).evaluate_all(NUMBERS)}
    found = dict.fromkeys(radios, "one of a group") | reached
    left = [each for number, each in enumerate(controls) if not found.get(number)]
    return left + [name for name in wanted if not any(re.search(name, each) for each in reached.values())]
