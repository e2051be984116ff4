"""Filmstrip: trimming a clip by two handles, and the pictures of the strip, in a real browser."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

SCRIPT = Path(__file__).resolve().parents[2] / "echoes" / "components" / "filmstrip" / "filmstrip_trim.js"
PAGE = """<style>body { margin: 0 } #strip { position: relative; width: 480px; height: 56px }</style>
<div id="strip"><span id="start" tabindex="0">a</span><span id="end" tabindex="0">b</span></div>
<canvas width="160" height="45"></canvas>"""
SETUP = """
window.told = { moves: [], done: [] };
window.trim = new Trim(document.querySelector("#strip"),
  { start: document.querySelector("#start"), end: document.querySelector("#end") },
  { start: 0, end: 120, frames: 120, shortest: 12 },
  { onMove: (part, edge) => told.moves.push([edge, part.start, part.end]),
    onDone: (part) => told.done.push([part.start, part.end]) });"""
REST = 400
"""Milliseconds after which keys that were pressed count as one change."""


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Page:
    return browser.new_page()


@pytest.fixture
def page(opened: Page) -> Page:
    """A strip of 120 frames, four pixels each."""
    opened.set_content(PAGE)
    script = SCRIPT.read_text().replace("export ", "")
    opened.add_script_tag(content=f"{{ {script} {SETUP} window.paint = paint; }}")
    return opened


def done(page: Page) -> list[list[int]]:
    told: list[list[int]] = page.evaluate("told.done")
    return told


def drag(page: Page, start: int, *ends: int) -> None:
    page.mouse.move(start, 28)
    page.mouse.down()
    for end in ends:
        page.mouse.move(end, 28)
    page.mouse.up()


def test_the_nearer_handle_is_dragged_and_told_once_it_is_let_go(page: Page) -> None:
    drag(page, 2, 50, 96)
    drag(page, 470, 300, 400)
    assert done(page) == [[24, 120], [24, 100]]
    assert page.evaluate("told.moves.length") > 2, "each step is shown"


def test_what_is_left_is_never_shorter_than_it_may_be(page: Page) -> None:
    drag(page, 2, 479)
    assert done(page) == [[108, 120]]
    drag(page, 478, 100)
    assert done(page) == [[108, 120]], "nothing has changed, and nothing is told"


def test_a_press_that_moves_nothing_tells_nothing(page: Page) -> None:
    drag(page, 0)
    assert done(page) == []


@pytest.fixture
def stopped_clock(page: Page) -> Iterator[None]:
    """The page's, which goes on only as the test lets it: between two keys much time may pass here."""
    page.clock.install(time=0)
    page.clock.pause_at(3600)
    yield
    page.clock.resume()


@pytest.mark.usefixtures("stopped_clock")
def test_arrows_go_by_a_frame_and_with_shift_by_twelve(page: Page) -> None:
    page.locator("#start").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert done(page) == [], "not before the keys rest"
    page.clock.run_for(REST)
    assert done(page) == [[13, 120]]
    page.locator("#end").focus()
    page.keyboard.press("Home")
    page.locator("#start").focus()
    assert done(page)[1:] == [[13, 25]], "told when it is left, too"


def test_it_follows_the_server_but_not_under_a_hand(page: Page) -> None:
    page.evaluate("trim.follow({ start: 30, end: 90, frames: 120, shortest: 12 })")
    page.mouse.move(120, 28)
    page.mouse.down()
    page.mouse.move(160, 28)
    page.evaluate("trim.follow({ start: 0, end: 120, frames: 120, shortest: 12 })")
    page.mouse.up()
    assert done(page) == [[40, 90]]


def test_its_pictures_are_those_of_the_clip(page: Page, small_clip: Path) -> None:
    clip = f"data:video/mp4;base64,{b64encode(small_clip.read_bytes()).decode()}"
    page.evaluate(
        "clip => paint(document.querySelector('canvas'), clip, 2, new AbortController().signal)", clip
    )
    colours = page.evaluate("""() => [40, 120].map((x) =>
      [...document.querySelector('canvas').getContext('2d').getImageData(x, 20, 8, 8).data])""")
    assert all(any(value not in (0, 255) for value in part) for part in colours)


def test_a_clip_that_cannot_be_read_says_so(page: Page) -> None:
    failure = page.evaluate("""() => paint(document.querySelector('canvas'), 'data:video/mp4;base64,AAAA', 2,
      new AbortController().signal).then(() => '', (error) => error.message)""")
    assert failure == "The clip cannot be read."
