"""Visitors: browsers of a phone and a desktop, with what they complain of, and looks at what they show."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, ViewportSize

NARROWEST = ViewportSize(width=320, height=568)
SECONDS_TO_SEE = 60
"""Whatever is awaited on a page: of its own accord, Playwright gives an `expect` five."""
SECONDS_TO_SETTLE = 10
"""A page that has arrived: what is wrong with it for longer is wrong, though it were right in the end."""

HAS_SCRIPT = "element => Object.keys(element).some((key) => key.startsWith('__reactProps'))"
OVERFLOW = "() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"

END_OF_ALL_FADING = """async () => {
  const ending = () =>
    document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  const frame = () => new Promise((seen) => requestAnimationFrame(() => seen()));
  for (let rounds = 0, calm = 0; rounds < 60 && calm < 3; rounds += 1) {
    const left = ending();
    for (const one of left) one.finish();
    calm = left.length ? 0 : calm + 1;
    await frame();
  }
}"""
"""What inherits a colour begins to fade when its parent has ended, and a page that has just come may set its
theme once more: hence the rounds, until three frames are calm."""


_numbers = count(1)


def becomes(read: Callable[[], object], wanted: object, what: str, seconds: float = SECONDS_TO_SEE) -> None:
    """Poll a page for what `expect` cannot read. It arrives, saves and mounts its parts while it is looked
    at, and one look would judge a moment of it.
    """
    deadline = time.monotonic() + seconds
    while (seen := _read(read)) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert seen == wanted, f"{what}: {seen!r} instead of {wanted!r}"


def _read(read: Callable[[], object]) -> object:
    """What is replaced, or a page that moves on, while it is read is not there yet: said if it stays so."""
    try:
        return read()
    except Error as error:
        return error


def settle(page: Page) -> None:
    """All that fades or glides is where it will be: half faded, contrasts are not yet what they will be."""
    page.evaluate(END_OF_ALL_FADING)


def has_script(element: Locator) -> None:
    """Wait for its hydration: pages are built as HTML, in which a tap is the browser's own or lost."""
    becomes(lambda: element.evaluate(HAS_SCRIPT), True, f"{element} to be hydrated")


def never_scrolls_sideways(page: Page, name: str) -> None:
    """Measured once loaded: what stands in a page can be seen before its last style sheet has come."""
    page.wait_for_load_state("load")
    becomes(lambda: page.evaluate(OVERFLOW), 0, f"{name} scrolls sideways, by so many pixels")


@dataclass
class Visitor:
    """A person before a screen. What their browser complained about is kept, and must be nothing."""

    page: Page
    device: str
    complaints: list[str]
    pictures: Path | None
    number: int = field(default_factory=lambda: next(_numbers))
    """Of this browser among all of this run."""

    def called(self, name: str) -> str:
        """A name that nobody else has: the second try of a test finds nothing that its first one left."""
        return f"{name} on a {self.device} {self.number}"

    def look(self, name: str) -> None:
        """No page scrolls sideways, on the narrowest phones neither; its picture is kept where
        ECHOES_SCREENSHOTS says.
        """
        never_scrolls_sideways(self.page, name)
        if self.device == "phone" and (screen := self.page.viewport_size):
            self.page.set_viewport_size(NARROWEST)
            never_scrolls_sideways(self.page, name)
            self.page.set_viewport_size(screen)
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{self.device}-{name}.png", full_page=True)


class Finger:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1


@contextmanager
def visit(browser: Browser, address: str, device: str, screen: dict[str, Any]) -> Iterator[Visitor]:
    context = browser.new_context(base_url=address, accept_downloads=True, **screen)
    context.set_default_timeout(SECONDS_TO_SEE * 1000)
    page = context.new_page()
    complaints: list[str] = []
    listen(page, complaints)
    folder = os.environ.get("ECHOES_SCREENSHOTS")
    visitor = Visitor(page, device, complaints, Path(folder) if folder else None)
    try:
        yield visitor
        visitor.look("9-last-seen")
    finally:
        context.close()
    assert complaints == [], "the browser complained:\n" + "\n".join(complaints)


def listen(page: Page, complaints: list[str]) -> None:
    """Each complaint says where it comes from, and at which address the page stood."""

    def raised(error: Error) -> None:
        complaints.append(f"{page.url}: raised {error.stack or error}")

    def logged(line: ConsoleMessage) -> None:
        if line.type == "error":
            place = line.location
            complaints.append(f"{page.url}: {line.text} ({place['url']}:{place['lineNumber']})")

    page.on("pageerror", raised)
    page.on("console", logged)
