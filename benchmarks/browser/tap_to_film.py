"""Latency from the tap on "Make the film" to the film that plays, in a browser, on the production server.

    python -m benchmarks.browser.tap_to_film [--clips 30] [--chain] [--untouched 10] [--parts]

Two projects with the same clips of benchmarks/support/reference_job.py, crossfades and music: one whose
film nobody has prepared, and one that nobody has changed for ten seconds, so that its pieces have been
rendered ahead of time (on a busy machine that takes longer: `--untouched 60`). `--chain`: FFmpeg's xfade
chain on the same clips beside it, which takes minutes. `--parts`: what the server did from the last tap
on, as its traces say. Whatever else the machine does counts: the load of the last minute is printed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from opentelemetry.proto.trace.v1.trace_pb2 import Span
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser.first_film import Person, with_music
from benchmarks.rendering.render import chain
from benchmarks.support.measuring import measure
from benchmarks.support.reference_job import FADE, RATE, SECONDS, Job, prepare
from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import DESKTOP, QUIET_CHROMIUM, App
from tests.support import programs
from tests.support.servers.ports import free_port
from tests.support.servers.traces import collected_spans

UNTOUCHED = 10.0
"""Seconds after the last change, in which the film is prepared."""
LONGEST_WAIT = 300_000
ANY_LOAD = {"ECHOES_PREPARE_LOAD": "1000"}
TAP_TO_PLAYING = """() => new Promise((done) => {
  const buttons = [...document.querySelectorAll("button")];
  const button = buttons.find((one) => one.textContent.includes("Make the film"));
  const tapped = performance.now(), moment = performance.timeOrigin + tapped;
  let shown = 0;
  const look = () => {
    const video = document.querySelector("video.screen");
    if (!video) return requestAnimationFrame(look);
    shown = performance.now() - tapped;
    video.addEventListener("playing", () => done([shown, performance.now() - tapped, moment]));
    video.muted = true;
    video.play();
  };
  button.click();
  look();
})"""


@dataclass(frozen=True)
class Tap:
    """Seconds from the tap: until the film's job has ended, the film is on the page, and it plays."""

    made: float
    shown: float
    playing: float
    moment: float
    """When it was, in seconds since 1970."""


def furnished(person: Person, job: Job, folder: Path) -> UUID:
    """A project whose clips are all kept, as after the steps before the last one."""
    from echoes.database import get_database
    from tests.support.databases.rows import add_project
    from tests.support.jobs.making import stored_photo, stored_take

    with get_database().unscoped() as session:
        project = add_project(session, person.id)
        for number, clip in enumerate(job.clips):
            photo = stored_photo(session, project, folder, number)
            stored_take(session, photo, clip, folder).frames = SECONDS * RATE
    return project.id


def edit(person: Person, project_id: UUID) -> None:
    from echoes.editing.transitions import set_transition

    person.act(with_music, project_id)
    person.act(set_transition, project_id, "crossfade", FADE / RATE)


def set_preparing(load: str) -> None:
    """For what this process asks of the services."""
    from echoes.settings import get_settings

    os.environ["ECHOES_PREPARE_LOAD"] = load
    get_settings.cache_clear()


def tap(page: Page, person: Person, project_id: UUID) -> Tap:
    page.goto(f"/project/{project_id}/film")
    page.get_by_role("button", name="Make the film").wait_for()
    page.wait_for_timeout(500)
    shown, playing, moment = page.evaluate(TAP_TO_PLAYING)
    (video,) = person.act(_videos, project_id)
    return Tap(
        (video.ended_at - video.created_at).total_seconds(), shown / 1000, playing / 1000, moment / 1000
    )


def _videos(session: Any, project_id: UUID) -> list[Any]:
    from echoes.videos.service import list_videos

    return list_videos(session, project_id)


def opened(browser: Browser, person: Person, address: str) -> Page:
    context = browser.new_context(base_url=address, **DESKTOP)
    context.set_default_timeout(LONGEST_WAIT)
    context.add_cookies([{"name": COOKIE, "value": person.client.cookies[COOKIE], "url": address}])
    return context.new_page()


def show(name: str, taps: list[Tap]) -> None:
    made, shown, playing = (
        statistics.median(getattr(one, part) for one in taps) for part in ("made", "shown", "playing")
    )
    print(
        f"{name:<44} made {made:6.2f} s   on the page {shown:6.2f} s   playing {playing:6.2f} s", flush=True
    )


def walk(app: App, job: Job, runs: int, untouched: float, folder: Path) -> Tap:
    """The last tap on a film that was prepared."""
    person = Person(app.address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        page = opened(browser, person, app.address)
        cold, prepared = [], []
        for _ in range(runs):
            set_preparing("0")
            project_id = furnished(person, job, folder)
            edit(person, project_id)
            cold.append(tap(page, person, project_id))
            set_preparing("1000")
            project_id = furnished(person, job, folder)
            edit(person, project_id)
            time.sleep(untouched)
            prepared.append(tap(page, person, project_id))
        browser.close()
    show("nothing prepared", cold)
    show(f"not touched for {untouched:g} s", prepared)
    return prepared[-1]


def show_parts(tap: Tap, spans: list[Span]) -> None:
    """From the tap on, until the film plays."""
    for span in sorted(spans, key=lambda each: each.start_time_unix_nano):
        began, ended = (
            nanoseconds / 1e9 - tap.moment
            for nanoseconds in (span.start_time_unix_nano, span.end_time_unix_nano)
        )
        if 0 < began < tap.playing:
            print(f"  {1000 * began:5.0f} ms: {span.name}, {1000 * (ended - began):.0f} ms")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--clips", type=int, default=30)
    options.add_argument("--runs", type=int, default=1)
    options.add_argument("--chain", action="store_true")
    options.add_argument("--parts", action="store_true")
    options.add_argument("--untouched", type=float, default=UNTOUCHED)
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    chosen = options.parse_args()
    job = prepare(chosen.clips, chosen.folder.resolve())
    with tempfile.TemporaryDirectory() as name, collected_spans() as (exporting, spans):
        folder = Path(name)
        os.environ |= {"ECHOES_DATA_DIR": str(folder / "data")}
        app = App(folder / "data", free_port(), ANY_LOAD | (exporting if chosen.parts else {}))
        app.start()
        try:
            print(f"{chosen.clips} clips of {SECONDS} s; load {os.getloadavg()[0]:.1f}")
            last = walk(app, job, chosen.runs, chosen.untouched, folder)
        finally:
            app.stop()
        if chosen.parts:
            show_parts(last, spans)
    if chosen.chain:
        cost = measure(chain(job))
        print(f"FFmpeg's xfade chain: {cost.wall:.1f} s, {cost.processor:.1f} s of processor time")


if __name__ == "__main__":
    if not Path(".web/build").exists():
        subprocess.run([sys.executable, "-m", "scripts.frontend"], check=True)
    main()
