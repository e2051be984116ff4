"""Screenshots of every page in every state, in all sizes, light and dark, and what is covered or cut on them.

    python -m scripts.screenshots [--only clips film] [--sizes phone desktop] [--themes light] [--to FOLDER]

The demo's data are made once (`scripts.demo`) and copied for each run. Beside the pictures stand contact
sheets, and `findings.txt` names pages that scroll sideways, controls that are covered, cut, small or out of
reach, and labels that lead to another form's field.
"""

import argparse
import shutil
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize, sync_playwright

from scripts.demo.__main__ import make
from scripts.screenshots.contact_sheets import contact_sheet
from scripts.screenshots.geometry import geometry_problems
from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes import Scene, scenes
from tests.journeys.conftest import QUIET_CHROMIUM, UNHURRIED, App
from tests.journeys.visitors import settle
from tests.support import programs
from tests.support.servers.ports import free_port

SIZES = {
    "narrow": (320, 568),
    "phone": (390, 844),
    "lying": (844, 390),
    "tablet": (768, 1024),
    "desktop": (1280, 800),
    "zoomed": (640, 400),
}
"""The last one is 1280×800 at a zoom of 200 %."""
SETTINGS = UNHURRIED | {
    "ECHOES_SIGN_IN": "openid,passkey,email",
    "ECHOES_SMTP_URL": "smtp://127.0.0.1:9?tls=none",
    "ECHOES_MAIL_FROM": "films@echoes.example",
}
"""All ways of signing in. No mail is ever delivered."""
AT_THE_END = ".next { position: static !important; }"
"""Of a picture of a whole page, for which the window does not grow: it would stand across its middle."""
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--only", nargs="*", default=[], help="scenes whose names begin so")
    options.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    options.add_argument("--themes", nargs="*", default=["light", "dark"], choices=["light", "dark"])
    options.add_argument("--to", type=Path, default=Path("data/screenshots"))
    chosen = options.parse_args()
    demo, folder = chosen.to / "demo", chosen.to / "copy"
    if not demo.exists():
        make(demo)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(demo, folder)
    app = App(folder, free_port(), SETTINGS)
    app.start()
    try:
        Walk(app, chosen.to, chosen.sizes, chosen.themes).take_all(chosen.only)
    finally:
        app.stop()


class Walk:
    """One browser through all scenes; each is opened once, and pictured in all sizes."""

    def __init__(self, app: App, to: Path, sizes: list[str], themes: list[str]) -> None:
        self.app, self.to, self.sizes, self.themes = app, to, sizes, themes
        self.findings: dict[str, list[str]] = defaultdict(list)
        self.pictures: dict[str, list[Path]] = defaultdict(list)

    def take_all(self, only: list[str]) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
            for scene in scenes(Demo(self.app.data_dir)):
                if not only or any(scene.name.startswith(name) for name in only):
                    self.take(browser, scene)
            browser.close()
        for sheet, pictures in self.pictures.items():
            contact_sheet(pictures, self.to / f"sheet-{sheet}")
        lines = [f"{finding}: {', '.join(where)}" for finding, where in self.findings.items()]
        (self.to / "findings.txt").write_text("\n".join(lines) + "\n")
        print(f"{len(lines)} findings in {self.to / 'findings.txt'}")

    def take(self, browser: Browser, scene: Scene) -> None:
        context = browser.new_context(
            base_url=self.app.address,
            viewport=_size(self.sizes[0]),
            reduced_motion="reduce",
            user_agent=SAFARI,
        )
        try:
            self._open(context, scene)
        except Error as error:
            self.findings[f"not reached ({str(error).splitlines()[0][:90]})"].append(scene.name)
        finally:
            context.close()

    def _open(self, context: BrowserContext, scene: Scene) -> None:
        if scene.prepare:
            scene.prepare()
        page = context.new_page()
        page.set_default_timeout(15_000)
        if scene.who:
            sign_in = {"form": {"name": scene.who}, "headers": {"origin": self.app.address}}
            page.request.post("/auth/local", **sign_in)  # type: ignore[arg-type]
        if scene.before:
            scene.before(page)
        page.goto(scene.path)
        page.locator(scene.shown).first.wait_for()
        page.wait_for_timeout(700)
        if scene.act:
            scene.act(page)
        for size in self.sizes:
            page.set_viewport_size(_size(size))
            for theme in self.themes:
                self._picture(page, scene, size, theme)

    def _picture(self, page: Page, scene: Scene, size: str, theme: str) -> None:
        page.evaluate("theme => document.documentElement.classList.toggle('dark', theme === 'dark')", theme)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        settle(page)
        if theme == self.themes[0]:
            for finding in geometry_problems(page):
                self.findings[finding].append(f"{scene.name} {size}")
        path = self.to / size / theme / f"{scene.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=page.locator("dialog[open]").count() == 0, style=AT_THE_END)
        self.pictures[f"{size}-{theme}"].append(path)


def _size(name: str) -> ViewportSize:
    width, height = SIZES[name]
    return ViewportSize(width=width, height=height)


if __name__ == "__main__":
    main()
