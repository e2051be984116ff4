"""How soon each tap shows on a far line: every button, switch and step of the pages, one after another.

    python -m benchmarks.browser.taps [--only clips arrange] [--line 300] [--folder data/benchmarks/taps]

A phone whose server is so many milliseconds away (there and back, by a proxy, web sockets too) taps what it
finds on each page, of each kind once. Shown is the first change of the document after the tap, painted: what
was pressed, the page that opens, what it changes. What only the finger's own press shows (`:active`) counts
as nothing. Fails where a tap shows after more than 100 ms; the machine's load is printed, for it counts.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.browser.first_film import Person
from benchmarks.browser.pages import Target, targets
from benchmarks.support.far_line import far_line
from benchmarks.support.sample_projects import furnished
from benchmarks.support.web_vitals import opened
from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import QUIET_CHROMIUM, UNHURRIED, App
from tests.support import programs
from tests.support.servers.ports import free_port

SOON = 100.0
SETTLED_MS = 900
MOST_OF_A_PAGE = 30
LEFT_ALONE = re.compile(r"Sign out|Download|Log in|Pay |Full screen|Skip to", re.I)
"""They leave the app, or its window."""
LAST = re.compile(r"Remove|Delete|out of the film|Take|Leave", re.I)
"""What would take others of the page along comes behind them."""
MARKED = """() => {
  const seen = new Set(), found = [];
  const all = document.querySelectorAll(
    "button, summary, input[type=checkbox], select, a.step, .bar a, .film-card a");
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (element.disabled || !box.width || element.closest("dialog:not([open]), [inert]")) continue;
    const label = (element.getAttribute("aria-label") || element.innerText || element.name || "").trim();
    const plain = label.replace(/\u2068[^\u2069]*\u2069|[0-9]+/g, "");
    const kind = `${element.tagName} ${element.className} ${plain}`;
    if (seen.has(kind.slice(0, 60))) continue;
    seen.add(kind.slice(0, 60));
    element.dataset.tap = String(found.length);
    found.push(label.replace(/\\s+/g, " ").slice(0, 40));
  }
  return found;
}"""
WATCH = """() => {
  let tapped = 0;
  window.__shown = new Promise((done) => {
    const seen = () => {
      if (!tapped) return;
      changes.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - tapped), 0));
    };
    const changes = new MutationObserver(seen);
    const all = { attributes: true, childList: true, characterData: true, subtree: true };
    changes.observe(document.documentElement, all);
    for (const native of ["change", "toggle", "play", "pause"])
      document.addEventListener(native, seen, { capture: true, once: true });
    document.addEventListener("click", (event) => {
      tapped = event.timeStamp;
    }, { capture: true, once: true });
    setTimeout(() => done(-1), 3000);
  });
}"""


@dataclass
class FarApp(App):
    far_port: int = 0

    @property
    def address(self) -> str:
        return f"http://localhost:{self.far_port}"


def walk(page: Page, target: Target) -> Iterator[tuple[str, float]]:
    """What was tapped, and after how many milliseconds it showed; -1 for never."""
    labels = _arrive(page, target)
    numbers = sorted(range(len(labels)), key=lambda number: bool(LAST.search(labels[number])))
    for number in numbers[:MOST_OF_A_PAGE]:
        if LEFT_ALONE.search(labels[number]):
            continue
        if not _is_home(page, target, number) and _arrive(page, target) != labels:
            continue
        if (shown := _tapped(page, number)) is not None:
            yield labels[number] or "?", shown
        page.wait_for_timeout(SETTLED_MS)
        page.keyboard.press("Escape")
        page.wait_for_timeout(SETTLED_MS)


def _arrive(page: Page, target: Target) -> list[str]:
    page.goto(target.path)
    page.locator(target.shown).first.wait_for()
    page.wait_for_timeout(2 * SETTLED_MS)
    found: list[str] = page.evaluate(MARKED)
    return found


def _is_home(page: Page, target: Target, number: int) -> bool:
    """Whether it can be tapped where it was found."""
    is_here = page.url.endswith(target.path) and page.locator(f"[data-tap='{number}']").count() > 0
    return is_here and not page.locator("dialog[open]").count()


def _tapped(page: Page, number: int) -> float | None:
    """None for what cannot be tapped now."""
    try:
        page.evaluate(WATCH)
        page.locator(f"[data-tap='{number}']").tap(timeout=2000)
        return float(page.evaluate("window.__shown"))
    except Error:
        return None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--line", type=float, default=300.0)
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/taps"))
    chosen = options.parse_args()
    folder = chosen.folder.resolve()
    os.environ |= {"ECHOES_DATA_DIR": str(folder)}
    app = FarApp(folder, free_port(), UNHURRIED, far_port=free_port())
    with far_line(app.port, app.far_port, chosen.line / 2000):
        app.start()
        try:
            late = _report(app, folder, chosen.only)
        finally:
            app.stop()
    sys.exit(f"{late} taps showed late" if late else None)


def _report(app: FarApp, folder: Path, only: list[str]) -> int:
    """How many taps showed late."""
    person = Person(app.address)
    there, late = furnished(person, folder), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        cookies = [{"name": COOKIE, "value": person.client.cookies[COOKIE], "url": app.address}]
        context = opened(browser, app.address, cookies)
        for target in targets(there):
            if only and not any(target.name.startswith(name) for name in only):
                continue
            page = context.new_page()
            for label, shown in walk(page, target):
                is_late = not 0 <= shown <= SOON
                late += is_late
                print(f"{target.name:<13}{shown:7.0f} ms  {label}{'  LATE' if is_late else ''}", flush=True)
            page.close()
            print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        browser.close()
    return late


if __name__ == "__main__":
    if not Path(".web/build").exists():
        subprocess.run([sys.executable, "-m", "scripts.frontend"], check=True)
    main()
