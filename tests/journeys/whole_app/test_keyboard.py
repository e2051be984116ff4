"""The arrange step by keyboard alone: Tab comes to all that a finger can touch, and each has a name."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from echoes.database import Database
from tests.journeys.conftest import App
from tests.journeys.steps import sign_in
from tests.journeys.visitors import Visitor
from tests.journeys.whole_app.test_accessibility import a_film_in_every_state

pytestmark = [pytest.mark.long, pytest.mark.chromium]

MOST = 300
"""Presses of Tab: more than any step has controls."""
CONTROLS = """(within) => {
  const named = 'a[href], button, input, select, textarea, summary, [role="slider"], [tabindex="0"]';
  const isThere = (each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0
    && !each.disabled && !each.closest("[inert]");
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
"""Of a group Tab comes to one, and the arrows to the others."""


def test_everything_of_the_arrange_step_is_reached(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    name = f"By keyboard on a {visitor.device}"
    sign_in(visitor, "/films", name=name)
    project = a_film_in_every_state(app, database, name, small_clip, tmp_path)
    page = visitor.page
    page.goto(f"/project/{project.id}/arrange")
    expect(page.locator("li.shot")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^No music")).press("Enter")
    page.get_by_role("button", name=re.compile("^Letters Home")).press("Enter")
    expect(page.get_by_role("slider", name="Where the music begins")).to_be_visible()
    page.locator("summary", has_text="Captions").press("Enter")
    names = walk(page, page.locator("main"))
    wanted = (
        "^Clip$", "^Change clip 2:", "^Between clip 1 and 2:", "^Title$", "^Caption of clip 1$",
        "^Where the music begins$", "^Move several$",
    )  # fmt: skip
    assert [each for each in wanted if not any(re.search(each, name) for name in names)] == []
    for opener, title, inside in (
        ("^Change clip 2:", "Clip 2", {"Where the clip begins", "Where the clip ends", "Caption", "Longer"}),
        ("^Between clip 1 and 2:", "Between clip 1 and 2", {"Wipe across"}),
    ):
        opens = page.get_by_role("button", name=re.compile(opener))
        opens.press("Enter")
        sheet = page.get_by_role("dialog", name=title)
        expect(sheet).to_be_visible()
        assert inside <= walk(page, sheet)
        page.keyboard.press("Escape")
        expect(opens).to_be_focused()


def walk(page: Page, within: Locator) -> set[str]:
    """The names of all that Tab comes to; what it does not come to fails."""
    page.wait_for_load_state("networkidle")
    within.locator(":scope").evaluate("(element) => { element.tabIndex = -1; element.focus(); }")
    controls, reached, names = within.evaluate(CONTROLS), set[int](), set[str]()
    assert controls
    for _ in range(MOST):
        page.keyboard.press("Tab")
        number, name = page.evaluate(FOCUSED)
        if number is None:
            continue
        if int(number) in reached:
            break
        assert name, f"no name: {controls[int(number)]}"
        reached.add(int(number))
        names.add(name)
    radios = {int(each) for each in within.locator(RADIOS).evaluate_all(
        "(radios) => radios.flatMap(({ dataset }) => dataset.control ?? [])"
    )}  # fmt: skip
    assert [controls[number] for number in range(len(controls)) if number not in reached | radios] == []
    return names
