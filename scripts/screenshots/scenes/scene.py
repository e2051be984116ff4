"""Scene: an address, who looks at it, and what is done before the picture is taken; and what can be done."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, Route

from echoes.uploads.quota import Full
from scripts.demo.making import NAME
from scripts.demo.photographs import draw_photographs
from scripts.screenshots.rows import NEWCOMER

__all__ = ["NEWCOMER", "NOBODY", "OWNER", "Scene"]
NOBODY, OWNER = "", NAME
FULL = Full(5 * 2**30)
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    name: str
    path: str
    """Or a whole address, of another server."""
    who: str = OWNER
    act: Act | None = None
    prepare: Callable[[], None] | None = None
    shown: str = "main h1, main h2"
    before: Act | None = None
    """Done before the page is opened."""


def tap(name: str, role: str = "button", place: int = 0) -> Act:
    def act(page: Page) -> None:
        page.get_by_role(role, name=name).nth(place).click()  # type: ignore[arg-type]
        page.wait_for_timeout(400)

    return act


def touch(selector: str) -> Act:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_timeout(400)

    return act


def unfold(*words: str) -> Act:
    """Folds, by what their summaries say."""

    def act(page: Page) -> None:
        for said in words:
            page.locator("summary", has_text=said).first.click()
            page.wait_for_timeout(200)

    return act


def fill(label: str, text: str) -> Act:
    return lambda page: page.get_by_label(label).first.fill(text)


def after(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def hear_nothing(page: Page) -> None:
    """The websocket opens, and no answer ever comes: the page stays as it is while it loads."""
    page.route_web_socket(re.compile("/_event"), lambda _socket: None)


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_timeout(6000)


def play(seconds: float) -> Act:
    def act(page: Page) -> None:
        page.locator("button.play").click()
        page.wait_for_timeout(800)
        page.evaluate(
            "s => { const v = document.querySelector('video'); v.currentTime = Math.min(s, v.duration); }",
            seconds,
        )
        page.wait_for_timeout(1500)
        page.evaluate("document.querySelector('video').pause()")

    return act


def sending(how: str, what: str = "photo") -> Act:
    """A file that hangs, is refused by the server, or cannot be read."""

    def act(page: Page) -> None:
        page.route("**/uploads**", lambda route: _answer(route, how))
        with tempfile.TemporaryDirectory() as folder:
            page.locator(f".uploader.{what} input[type=file]").first.set_input_files(
                _files(Path(folder), how, what)
            )
            page.wait_for_timeout(2500)

    return act


def _files(folder: Path, how: str, what: str) -> list[Path]:
    if what == "photo" and how != "refused":
        return draw_photographs(folder, 2)
    file = folder / ("Letter to Rosa.jpg" if what == "photo" else "Rosa sings at the seaside.mp3")
    file.write_text("This is neither.\n" * 100)
    return [file]


def _answer(route: Route, how: str) -> None:
    """A request that hangs is left without an answer."""
    if how == "refused" or route.request.method in ("GET", "HEAD"):
        route.continue_()
    elif how == "abort":
        route.fulfill(status=413, json={"error": FULL.sentence, "code": FULL.code})
    elif route.request.method == "POST":
        route.continue_()
