"""Lines in both directions stand as a browser lays them out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from compiler.text.bidirectional import BIDI_CONTROLS
from compiler.text.lettering import runs_of
from tests.journeys.conftest import QUIET_CHROMIUM
from tests.support import programs

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

LINES = [
    "שלום Anna",
    "Anna (שלום), 1987",
    "שלום (Anna), 12:30",
    "מרים ו-Anna, 1987–1990",
    "Anna [שלום (2)] Ben",
    "قصة Anna 👍🏽 ١٩٨٧",
    "عيد ميلاد (Emil) 50%",
    "שלום 👨‍👩‍👧 Anna 3",
    "Anna \u2067שלום 1\u2069 2",
    "\u2068שלום\u2069 Anna, \u2068Ben 3\u2069!",
    "שלום \u2068Anna & Ben (2)\u2069, \u2068C\u2069 4",
    "שלום \u2066Anna \u2067מרים 2\u2069 (x)\u2069 1",
    "\u202bשלום Anna\u202c Ben",
]

FROM_LEFT = """(lines) => lines.map((line) => {
  const box = document.createElement("div");
  box.style = "unicode-bidi: plaintext; white-space: pre; font: 20px sans-serif; position: absolute";
  box.textContent = line;
  document.body.replaceChildren(box);
  const range = document.createRange(), places = [];
  let start = 0;
  for (const character of line) {
    range.setStart(box.firstChild, start);
    range.setEnd(box.firstChild, start += character.length);
    const { left, width } = range.getBoundingClientRect();
    if (width > 0 && character.trim()) places.push([left + width / 2, character]);
  }
  return places.sort((one, other) => one[0] - other[0]).map((place) => place[1]).join("");
})"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        yield browser.new_page()
        browser.close()


def from_left(line: str) -> str:
    """Each run is shaped in its own direction, and so are its characters seen."""
    runs = (run.text[::-1] if run.right_to_left else run.text for run in runs_of(line))
    return "".join("".join(runs).split())


def without_parts_of_emoji(text: str) -> str:
    """A browser has a place for the first character alone, or for all of them, by its fonts."""
    return "".join(one for one in text if one not in "\u200d🏽👩👧" and one not in BIDI_CONTROLS)


def test_lines_stand_as_a_browser_lays_them_out(page: Page) -> None:
    seen = page.evaluate(FROM_LEFT, LINES)
    for line, displayed in zip(LINES, seen, strict=True):
        assert without_parts_of_emoji(from_left(line)) == without_parts_of_emoji(displayed), line
