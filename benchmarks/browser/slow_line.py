"""Start-up time and stalls of the preview player on a slow line, with a film of many clips.

    python -m benchmarks.browser.slow_line [--clips 30] [--line 1.6]

The player's own scripts in Chromium, whose line is narrowed by its developer tools (with 100 ms of latency).
Clips are camera moves over the demo's photographs, each fetched under an address of its own, with preview
renditions (`--full`: without); the music is the library's. The film plays in real time.
"""

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from compiler import animate_photo, save_preview
from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Shot, Soundtrack, Timeline, Transition
from compiler.timeline.playback import played_sounds
from scripts.demo.photographs import draw_photographs
from tests.support import programs
from tests.support.servers.production import serve

COMPONENTS = Path(__file__).parents[2] / "echoes" / "components" / "player"
MUSIC = Path(__file__).parents[2] / "assets" / "music" / "tender.m4a"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
SECONDS, PHOTOGRAPHS = 5.0, 6
LATENCY = 100
PAGE = """<link rel="icon" href="data:,">
<style>div {position: absolute; inset: 0} video, img {position: absolute; width: 320px}</style>
LAYERS<div class="veil"></div><div class="curtain"></div>LANES<script type="module">
import { Engine } from "/player_engine.js";
const one = (name) => document.querySelector(name), all = (name) => [...document.querySelectorAll(name)];
const layers = all(".layer").map((element) => {
  const [mark, words] = element.querySelectorAll("img");
  return { element, video: element.querySelector("video"), words, mark };
});
window.engine = new Engine({
  layers, audios: all("audio"), veil: one(".veil"), curtain: one(".curtain"),
  onChange: () => {}, onTime: () => {},
});
const { film, clips, audio } = await (await fetch("/film.json")).json();
engine.load(film, clips, audio);
window.isThere = true;
</script>""".replace("LAYERS", 4 * '<div class="layer"><video playsinline></video><img><img></div>').replace(
    "LANES", 4 * '<audio preload="none"></audio>'
)
PLAY = """() => new Promise((done) => {
  const began = performance.now(), stalls = [];
  let started = 0, stalled = 0;
  const look = () => {
    const now = performance.now();
    if (!started && engine.time > 0.1) started = now;
    if (started && engine.isWaiting && !stalled) stalled = now;
    if (stalled && !engine.isWaiting) { stalls.push([engine.time, (now - stalled) / 1000]); stalled = 0; }
    if (engine.isPlaying) setTimeout(look, 20);
    else done({ start: (started - began) / 1000, stalls, whole: (now - began) / 1000 });
  };
  engine.play();
  look();
})"""


@dataclass(frozen=True)
class Materials:
    clips: list[Path]
    previews: list[Path]


def megabits(clips: list[Path]) -> float:
    """Of one second of film, without music."""
    sizes = [clip.stat().st_size for clip in clips]
    return sum(sizes) * 8 / len(sizes) / SECONDS / 1e6


def materials(folder: Path) -> Materials:
    """Made once."""
    folder.mkdir(parents=True, exist_ok=True)
    clips = [folder / f"{number}.mp4" for number in range(PHOTOGRAPHS)]
    if not all(clip.exists() for clip in clips):
        for photo, clip in zip(draw_photographs(folder, PHOTOGRAPHS), clips, strict=True):
            animate_photo(photo, clip, duration=SECONDS)
    previews = [clip.with_name(f"{clip.stem}.preview.mp4") for clip in clips]
    for clip, preview in zip(clips, previews, strict=True):
        if not preview.exists():
            save_preview(clip, preview)
    return Materials(clips, previews)


def told(count: int, with_previews: bool) -> dict[str, Any]:
    """What the page's state would hand to the player."""

    def files(clip: str) -> dict[str, str]:
        light = f"/previews/{clip}.mp4" if with_previews else ""
        return {"src": f"/clips/{clip}.mp4", "light": light, "poster": ""}

    frames = round(SECONDS * FRAME_RATE)
    shots = tuple(Shot(str(number), frames) for number in range(count))
    music = Soundtrack("music", volume=0.8, duration=101.9)
    timeline = Timeline(shots, (Transition("crossfade", FRAME_RATE // 2),), music)
    layout = lay_out(timeline)
    return {
        "film": layout.to_json(),
        "clips": {shot.clip: files(shot.clip) for shot in shots},
        "audio": {
            "files": {"music": "/music.m4a"},
            "sounds": [sound.to_json() for sound in played_sounds(timeline, layout, {})],
        },
    }


def site(made: Materials, count: int, with_previews: bool) -> Starlette:
    cached = {"Cache-Control": "private, max-age=3600, immutable"}

    def clip(request: Request) -> Response:
        files = {"clips": made.clips, "previews": made.previews}[request.path_params["kind"]]
        return FileResponse(files[request.path_params["number"] % len(files)], headers=cached)

    def script(request: Request) -> Response:
        name = f"player_{request.path_params['part']}.js"
        return FileResponse(COMPONENTS / name, media_type="text/javascript")

    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(PAGE)),
            Route(
                "/film.json",
                lambda _: Response(json.dumps(told(count, with_previews)), media_type="application/json"),
            ),
            Route("/player_{part}.js", script),
            Route("/music.m4a", lambda _: FileResponse(MUSIC, headers=cached)),
            Route("/{kind}/{number:int}.mp4", clip),
        ]
    )


def narrow(page: Page, megabits: float) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": LATENCY, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", conditions | {"downloadThroughput": megabits * 1e6 / 8})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--clips", type=int, default=30)
    options.add_argument("--line", type=float, default=1.6, help="Mbit/s")
    options.add_argument("--full", action="store_true", help="no preview renditions")
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/slow_line"))
    chosen = options.parse_args()
    made = materials(chosen.folder.resolve())
    with serve(site(made, chosen.clips, not chosen.full)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=OPTIONS)
        page = browser.new_page()
        page.set_default_timeout(900_000)
        narrow(page, chosen.line)
        page.goto(address)
        page.wait_for_function("window.isThere")
        seen = page.evaluate(PLAY)
        browser.close()
    load = os.getloadavg()[0]
    rates = ", ".join(f"{megabits(clips):.2f}" for clips in (made.clips, made.previews))
    print(f"{chosen.clips} clips of {rates} Mbit/s, line of {chosen.line} Mbit/s; load {load:.1f}")
    print(f"started after {seen['start']:.2f} s, played to the end after {seen['whole']:.1f} s")
    for at, seconds in seen["stalls"]:
        print(f"stalled at {at:.1f} s of the film for {seconds:.1f} s")
    print(f"{len(seen['stalls'])} stalls")


if __name__ == "__main__":
    main()
