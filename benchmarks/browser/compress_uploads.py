"""Upload time of twelve photos of 12 megapixels on a slow line, as they are and compressed in the browser.

    python -m benchmarks.browser.compress_uploads [--photos 12] [--megabits 5] [--quality 97]

A phone's Chromium before the production server on this machine; Chromium itself slows the line down. Quality
is that of the photo as Echoes keeps it, made of the smaller one, against that made of the original.
Twelve megapixels (4000 x 3000) fit what is kept, so only encoding anew saves: at a JPEG quality of 97 more
than a third; at 95 a quarter, and then the originals are sent.
"""

import argparse
import io
import math
import re
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.journeys.conftest import PHONE, QUIET_CHROMIUM, UNHURRIED, App
from tests.photos.pictures import exif
from tests.support import programs
from tests.support.media.photos import subject
from tests.support.servers.ports import free_port

SIZE = (4000, 3000)
SUBJECTS = ("coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png")
LONGEST_WAIT = 900_000
GRAIN = 5.0
"""Of a phone's sensor, in levels: without it, enlarged pictures would be smaller than photographs are."""


def make_photographs(folder: Path, count: int, quality: int) -> list[Path]:
    paths = []
    for number in range(count):
        enlarged = subject(SUBJECTS[number % len(SUBJECTS)], max(SIZE)).resize(SIZE, Image.Resampling.BICUBIC)
        noise = np.random.default_rng(number).normal(0, GRAIN, (SIZE[1], SIZE[0], 1)).astype(np.float32)
        image = Image.fromarray(np.clip(np.asarray(enlarged) + noise, 0, 255).astype(np.uint8))
        paths.append(folder / f"IMG_{number:04}.jpg")
        image.save(paths[-1], quality=quality, exif=exif(date=f"2019:07:14 18:30:{number:02}"))
    return paths


def send(
    browser: Browser, app: App, paths: list[Path], megabits: float, originals: bool
) -> tuple[int, float]:
    """Bytes that went, and seconds until the last photo was on the page."""
    context = browser.new_context(base_url=app.address, **PHONE)
    context.set_default_timeout(LONGEST_WAIT)
    page, sent = context.new_page(), []
    begin_project(page, "Originals" if originals else "Made smaller")
    if originals:
        page.get_by_label("Send the original photos").check()
    line = context.new_cdp_session(page)
    speed = megabits * 1e6 / 8
    limits = {"offline": False, "latency": 40, "downloadThroughput": speed * 4, "uploadThroughput": speed}
    line.send("Network.emulateNetworkConditions", limits)

    def begun(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/uploads"):
            sent.append(int(request.headers["upload-length"]))

    page.on("request", begun)
    began = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(paths)
    expect(page.locator("main img[src*='/files/']")).to_have_count(len(paths), timeout=LONGEST_WAIT)
    seconds = time.perf_counter() - began
    context.close()
    return sum(sent), seconds


def begin_project(page: Page, title: str) -> None:
    page.goto("/sign-in?next=/films/new")
    page.get_by_label(re.compile("name", re.I)).fill(title)
    page.get_by_label(re.compile("name", re.I)).press("Enter")
    page.wait_for_url("**/photos")


def quality(app: App, count: int) -> float:
    """PSNR in decibels, the least of all photos."""
    from sqlmodel import select

    from echoes.database import Database
    from echoes.models import Photo
    from echoes.settings import Settings

    database = Database(Settings(data_dir=app.data_dir).database_url)
    with database.reading() as session:
        photos = session.exec(select(Photo)).all()
    database.dispose()
    kept: dict[str, list[np.ndarray]] = {}
    ratios = []
    for photo in sorted(photos, key=lambda photo: (photo.filename, photo.created_at)):
        content = (app.data_dir / "files" / photo.master_key).read_bytes()
        pair = kept.setdefault(photo.filename, [])
        pair.append(np.asarray(Image.open(io.BytesIO(content)), dtype=np.float32))
        if len(pair) == 2:
            difference = float(np.mean((pair[0] - pair[1]) ** 2))
            ratios.append(10 * math.log10(255**2 / difference) if difference else math.inf)
            pair.clear()
    assert len(ratios) == count
    return min(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--megabits", type=float, default=5.0)
    parser.add_argument("--quality", type=int, default=97)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        paths = make_photographs(Path(folder), asked.photos, asked.quality)
        app = App(Path(folder) / "data", free_port(), UNHURRIED)
        app.start()
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        print(f"{asked.photos} photos of 12 MP, {asked.megabits:g} Mbit/s up")
        try:
            for name, originals in (("as they are", True), ("made smaller", False)):
                sent, seconds = send(browser, app, paths, asked.megabits, originals)
                print(f"  {name:<14}{sent / 1e6:8.1f} MB {seconds:8.1f} s", flush=True)
            print(f"  photos as they are kept: PSNR of at least {quality(app, asked.photos):.1f} dB")
        finally:
            browser.close()
            app.stop()


if __name__ == "__main__":
    main()
