"""Page weight and Core Web Vitals of every page on a phone, with the bars that they must keep.

    python -m benchmarks.browser.pages [--only clips arrange] [--fast] [--folder data/benchmarks/pages]

A phone of 390×844 at two pixels a point opens each page twice, with an empty cache and with a filled one,
on loopback and on an emulated line of 1.6 Mbit/s and 150 ms with a processor four times slower (`--fast`:
loopback alone). The person has a film of six photographs and one of thirty, made once and kept in the folder.
KB are those on the line, with headers and posters, without films and music; CLS is the sum of all shifts; TBT
the time by which tasks are longer than 50 ms; INP the 75th percentile of the taps made on the page. Whatever
else the machine does counts: its load is printed.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.browser.first_film import Person
from benchmarks.support.sample_projects import Furnished, furnished
from benchmarks.support.web_vitals import LOOPBACK, SLOW, Line, Load, measured, opened
from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import QUIET_CHROMIUM, UNHURRIED, App
from tests.support import programs
from tests.support.servers.ports import free_port

LONGEST_LCP, LARGEST_CLS, LONGEST_TAP = 4000.0, 0.1, 200.0


@dataclass(frozen=True)
class Target:
    """A page, what shows that it is there, what is tapped on it, and what a first load may weigh."""

    name: str
    path: str
    shown: str
    taps: tuple[str, ...] = ()
    largest: float | None = None
    before: str = ""


def targets(there: Furnished) -> list[Target]:
    six, thirty = (f"/project/{project}" for project in (there.six, there.thirty))
    theme = 'button[aria-label="Light or dark"]'
    menu, rename = "details.account summary", 'button[aria-label="Rename this film"]'
    joint, choice = "button.joint", '.choices .choice[aria-pressed="false"]'
    return [
        Target("landing", "/", ".hero h1", (theme, theme), 180, "216 KB"),
        Target("sign-in", "/sign-in", "main .button.primary", (theme, theme)),
        Target("films", "/films", ".film-card", (menu, theme, 'button[aria-label^="Rename"]')),
        Target("photos", f"{six}/photos", ".photo-grid img", (rename,)),
        Target("clips of 6", f"{six}/clips", ".clip-card", (".shape-summary", ".clip-video"), 350, "990 KB"),
        Target("clips of 30", f"{thirty}/clips", ".clip-card", (".shape-summary", ".clip-video")),
        Target("arrange 6", f"{six}/arrange", ".shot", (joint,), 500, "1.9 MB, CLS 0.57"),
        Target("arrange 30", f"{thirty}/arrange", ".shot", (choice, joint)),
        Target("film", f"{six}/film", "video.screen", (rename,)),
        Target("credits", "/credits", ".pack", (theme, menu), None, "CLS 0.25"),
        Target("account", "/account", "main h1", (theme, menu)),
        Target("admin", "/admin", ".tile-link", (theme,)),
        Target("admin people", "/admin/people", ".admin-table", (theme,)),
        Target("admin jobs", "/admin/jobs", ".admin-table", (theme,)),
        Target("shared film", there.watch, "main", ()),
    ]


def show(target: Target, line: Line, temperature: str, load: Load) -> None:
    kinds = " ".join(f"{kind} {size / 1000:.0f}" for kind, size in load.bytes.most_common() if size >= 500)
    broken = broken_bars(target, line, temperature, load)
    verdict = f"  BROKEN: {', '.join(broken)}" if broken else ""
    print(
        f"{target.name:<13}{line.name:<26}{temperature:<6}{load.weight:6.0f} KB {load.requests:3} requests"
        f"  LCP {load.lcp:5.0f}  CLS {load.cls:5.3f}  TBT {load.blocked:5.0f}  INP {load.tap:4.0f} ms"
        f"  [{kinds}] {load.remarks}{verdict}",
        flush=True,
    )


def broken_bars(target: Target, line: Line, temperature: str, load: Load) -> list[str]:
    before = f" (was {target.before})" if target.before else ""
    checks = {
        f"over {target.largest} KB{before}": temperature == "fresh"
        and target.largest is not None
        and load.weight > target.largest,
        f"LCP over {LONGEST_LCP / 1000:g} s": line is SLOW and load.lcp > LONGEST_LCP,
        f"CLS over {LARGEST_CLS}{before}": load.cls > LARGEST_CLS,
        f"INP over {LONGEST_TAP:g} ms": load.tap > LONGEST_TAP,
    }
    return [bar for bar, is_broken in checks.items() if is_broken]


def walk(app: App, there: Furnished, cookie: str, lines: list[Line], only: list[str]) -> int:
    """How many bars were broken."""
    broken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        for target in targets(there):
            if only and not any(target.name.startswith(name) for name in only):
                continue
            for line in lines:
                context = opened(
                    browser, app.address, [{"name": COOKIE, "value": cookie, "url": app.address}]
                )
                for temperature in ("fresh", "warm"):
                    load = measured(context, target.path, line, target.shown, list(target.taps))
                    show(target, line, temperature, load)
                    broken += len(broken_bars(target, line, temperature, load))
                context.close()
        browser.close()
    return broken


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--fast", action="store_true")
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/pages"))
    chosen = options.parse_args()
    folder = chosen.folder.resolve()
    os.environ |= {"ECHOES_DATA_DIR": str(folder)}
    app = App(folder, free_port(), UNHURRIED)
    app.start()
    try:
        person = Person(app.address)
        there = furnished(person, folder)
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        lines = [LOOPBACK] if chosen.fast else [LOOPBACK, SLOW]
        broken = walk(app, there, person.client.cookies[COOKIE], lines, chosen.only)
        print(f"{broken} bars broken" if broken else "all bars kept")
    finally:
        app.stop()


if __name__ == "__main__":
    if not Path(".web/build").exists():
        subprocess.run([sys.executable, "-m", "scripts.frontend"], check=True)
    main()
