"""Fidelity of the preview player to the film: SSIM of transitions, cards, captions, marks and trims.

    python -m benchmarks.browser.player_fidelity [--samples 20]

The player's own scripts and styles in Chromium, 1280×720, stopped at moments of the film; beside them the
same frames of the film that the compiler renders, shown by the same browser: what differs is what the player
draws, and what the film's encoder loses in frames that are not copied (its better quality is used). Copied
frames are equal, 1.0000; of a crossfade's 0.975 the encoder loses all but 0.003 to 0.008. Clips are camera
moves over the demo's photographs, in their full rendition: the one for slow lines has fewer pixels. Fails
below 0.97.
"""

import argparse
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright
from skimage.metrics import structural_similarity
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from benchmarks.browser.slow_line import COMPONENTS, OPTIONS, materials
from compiler import render
from compiler.codec.profile import Effort
from compiler.text.overlay import save_caption_overlay, save_card_overlay, save_mark_overlay
from compiler.text.styles import STYLES, hex_of
from compiler.timeline.layout import Layout, PlacedShot, lay_out, overlap_of
from compiler.timeline.model import (
    FRAME_RATE,
    TRANSITION_KINDS,
    Card,
    Shot,
    Timeline,
    Titles,
    Transition,
)
from tests.support import programs
from tests.support.servers.production import serve

LEAST = 0.97
SIZE = (1280, 720)
STYLES_FOLDER = Path(__file__).parents[2] / "assets" / "styles"
INSIDE = 0.0001
"""Seconds after a frame has begun: no browser shows the one before, and what slides is in its place."""
HEAD = """<link rel="icon" href="data:,"><link rel="stylesheet" href="/player.css">
<style>body {margin: 0} .stage {width: 1280px; height: 720px; max-height: none}</style>"""
WATCH = """
const shown = new WeakMap(), painted = () => new Promise(requestAnimationFrame);
window.watch = (video) => {
  const note = (_, { mediaTime }) => {
    shown.set(video, { src: video.currentSrc, time: mediaTime });
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
};
window.isShown = (video) => {
  const { src, time } = shown.get(video) ?? {};
  const isNear = Math.abs(video.currentTime - time) < 1 / RATE + INSIDE / 2;
  return isNear && !video.seeking && video.readyState > 1 && src === video.currentSrc && src === video.src;
};
window.until = async (condition) => {
  for (let waited = 0; !condition(); waited += 1) {
    if (waited > 3000) throw new Error("a frame was never shown");
    await painted();
  }
  for (let more = 0; more < 4; more += 1) await painted();
};""".replace("RATE", str(FRAME_RATE)).replace("INSIDE", str(INSIDE))
"""A picture is drawn some time after its seek has ended: the browser says which frame it has presented."""
PAGE = (
    """HEAD<div class="stage">LAYERS<div class="stage-veil"></div>
<div class="stage-veil stage-curtain"></div></div>
<script>WATCH</script><script type="module">
import { Engine } from "/player_engine.js";
const one = (name) => document.querySelector(name), all = (name) => [...document.querySelectorAll(name)];
const layers = all(".stage-layer").map((element) => {
  const [mark, words] = element.querySelectorAll("img");
  return { element, video: element.querySelector("video"), words, mark };
});
window.engine = new Engine({
  layers, audios: [], veil: one(".stage-veil"), curtain: one(".stage-curtain"),
  onChange: () => {}, onTime: () => {},
});
const { film, clips, words } = await (await fetch("/film.json")).json();
engine.load(film, clips, null, words);
engine.intend();
all("video").forEach(watch);
window.isThere = true;
</script>""".replace("HEAD", HEAD)
    .replace("WATCH", WATCH)
    .replace("LAYERS", 4 * '<div class="stage-layer"><video muted playsinline></video><img><img></div>')
)
FILM = f"""{HEAD}<div class="stage"><div class="stage-layer" style="z-index: 1; opacity: 1">
<video src="/film.mp4" muted playsinline preload="auto"></video></div></div>
<script>{WATCH} watch(document.querySelector("video"));</script>"""
"""In the same elements, because a browser draws a video of its own a little differently."""
SEEK = """(time) => {
  const video = document.querySelector("video");
  video.currentTime = time;
  return until(() => isShown(video));
}"""
SHOW = """(time) => {
  engine.seekTo(time);
  const isDrawn = (picture) => !picture.getAttribute("src") || picture.complete;
  const isThere = ({ video, shot, words, mark }) =>
    (!shot?.clip || isShown(video)) && [words, mark].every(isDrawn);
  const seen = [0, 1].map((ahead) => engine.layers[(engine.index + ahead) % 4]);
  return until(() => seen.every((layer) => layer.element.style.opacity === "0" || isThere(layer)));
}"""


@dataclass(frozen=True)
class Sample:
    what: str
    frame: int


def films(clips: list[Path]) -> dict[str, tuple[Timeline, list[str]]]:
    """Timelines, and the name of each shot's feature where it is not its transition."""
    parts = [
        Shot(str(clips[number % len(clips)]), start=12 * (number % 3), end=12 * (number % 3) + 48)
        for number in range(10)
    ]
    kinds = tuple(Transition(kind, 0 if kind == "cut" else 18) for kind in TRANSITION_KINDS)
    spoken = [
        ("a caption", "At the lake, 1987"),
        ("a caption from right to left", "עם סבתא בים, 1987"),
        ("a caption in Arabic", "صيف 1987 عند البحيرة"),
        ("a long caption with emoji", "Rosa turns seventy, and everybody came to see her, even the dog 🎂🐕"),
    ]
    captioned = tuple(
        Shot(str(clips[number % len(clips)]), start=7 * number, end=7 * number + 60, caption=words)
        for number, (_, words) in enumerate(spoken)
    )
    marked = Shot(str(clips[0]), start=35, end=95, mark="AI")
    lettered = Timeline(
        (*captioned, marked),
        (Transition("crossfade", 12),),
        titles=Titles(Card("Summer 1987", subtitle="with Rosa"), Card("סוף")),
        fade_in=24, fade_out=24, title_style="album",
    )  # fmt: skip
    names = [
        "a card, and the fade from black",
        *(name for name, _ in spoken),
        "the mark of a generated clip",
        "a card from right to left, and the fade",
    ]
    return {"transitions": (Timeline(tuple(parts), kinds), []), "words": (lettered, names)}


def sampled(layout: Layout, names: list[str], count: int) -> Iterator[Sample]:
    for place, shot in enumerate(layout.shots if names else ()):
        for frame in _spread(shot.film_start, shot.film_end, count):
            yield Sample(names[place], frame)
    for transition in () if names else layout.transitions:
        around = 2 if transition.frames else 4
        for frame in _spread(transition.start - around, transition.start + transition.frames + around, count):
            yield Sample(transition.kind, frame)
    for place, shot in () if names else enumerate(layout.shots):
        before, after = overlap_of(layout, place)
        for frame in _spread(
            shot.film_start + before, shot.film_end - after, max(2, count // len(layout.shots))
        ):
            yield Sample("a trimmed clip alone", frame)


def _spread(start: int, end: int, count: int) -> list[int]:
    return [round(start + (end - 1 - start) * place / (count - 1)) for place in range(count)]


def words_of(shot: PlacedShot, layout: Layout, folder: Path, number: int) -> dict[str, str]:
    """As the arrange step hands them to the player."""
    style, told = layout.title_style, {"src": "", "ground": "", "mark": ""}
    if shot.clip is None:
        save_card_overlay(folder / f"{number}.webp", shot.text or "", shot.subtitle or "", SIZE, style)
        return told | {"src": f"/words/{number}.webp", "ground": hex_of(STYLES[style].ground)}
    if shot.caption:
        save_caption_overlay(folder / f"{number}.webp", shot.caption, SIZE, style)
        told["src"] = f"/words/{number}.webp"
    if shot.mark:
        save_mark_overlay(folder / "mark.webp", shot.mark, SIZE)
        told["mark"] = "/words/mark.webp"
    return told


def site(layout: Layout, folder: Path, film: Path) -> Starlette:
    files = sorted({shot.clip for shot in layout.shots if shot.clip})
    told: dict[str, Any] = {
        "film": layout.to_json(),
        "clips": {clip: {"src": f"/clips/{number}.mp4", "poster": ""} for number, clip in enumerate(files)},
        "words": [words_of(shot, layout, folder, number) for number, shot in enumerate(layout.shots)],
    }

    def style(_: Request) -> Response:
        names = ("tokens", "player")
        css = "\n".join((STYLES_FOLDER / f"{name}.css").read_text() for name in names)
        return Response(css, media_type="text/css")

    def script(request: Request) -> Response:
        name = f"player_{request.path_params['part']}.js"
        return FileResponse(COMPONENTS / name, media_type="text/javascript")

    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(PAGE)),
            Route("/film", lambda _: HTMLResponse(FILM)),
            Route("/film.mp4", lambda _: FileResponse(film)),
            Route("/film.json", lambda _: Response(json.dumps(told), media_type="application/json")),
            Route("/player.css", style),
            Route("/player_{part}.js", script),
            Route("/words/{name}", lambda request: FileResponse(folder / request.path_params["name"])),
            Route(
                "/clips/{number:int}.mp4", lambda request: FileResponse(files[request.path_params["number"]])
            ),
        ]
    )


def pictured(page: Page, script: str, time: float) -> NDArray[np.uint8]:
    page.evaluate(script, time)
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    measure: Any = structural_similarity
    pictures = (picture.astype(np.float32) for picture in (one, other))
    return float(measure(*pictures, channel_axis=2, data_range=255))


def compare(
    pages: tuple[Page, Page], timeline: Timeline, names: list[str], count: int, folder: Path
) -> dict[str, list[float]]:
    film = render(timeline, folder / "film.mp4", effort=Effort.QUALITY).output
    layout = lay_out(timeline.measured({clip: _length(Path(clip)) for clip in timeline.clips}))
    found: dict[str, list[float]] = {}
    player, screen = pages
    with serve(site(layout, folder, film)) as address:
        player.goto(address)
        player.wait_for_function("window.isThere")
        screen.goto(f"{address}/film")
        for sample in sampled(layout, names, count):
            shown = pictured(player, SHOW, sample.frame / FRAME_RATE + INSIDE)
            frame = pictured(screen, SEEK, (sample.frame + 0.5) / FRAME_RATE)
            value = likeness(shown, frame)
            found.setdefault(sample.what, []).append(value)
            if value < LEAST:
                _keep(folder.parent / "below", f"{sample.what} {sample.frame}", shown, frame)
    return found


def _keep(folder: Path, name: str, shown: NDArray[np.uint8], frame: NDArray[np.uint8]) -> None:
    folder.mkdir(exist_ok=True)
    Image.fromarray(np.concatenate([shown, frame])).save(folder / f"{name}.png")


def _length(clip: Path) -> int:
    with av.open(str(clip)) as container:
        return container.streams.video[0].frames


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--samples", type=int, default=20, help="moments of each feature")
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/slow_line"))
    chosen = options.parse_args()
    clips = materials(chosen.folder.resolve()).clips
    found: dict[str, list[float]] = {}
    root = Path(tempfile.mkdtemp(prefix="fidelity-"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=OPTIONS)
        viewport = ViewportSize(width=SIZE[0], height=SIZE[1])
        pages = browser.new_page(viewport=viewport), browser.new_page(viewport=viewport)
        for name, (timeline, names) in films(clips).items():
            (root / name).mkdir()
            found |= compare(pages, timeline, names, chosen.samples, root / name)
        browser.close()
    print(f"{'':<44}{'moments':>8}{'mean':>8}{'least':>8}")
    for what, values in found.items():
        print(f"{what:<44}{len(values):>8}{sum(values) / len(values):>8.4f}{min(values):>8.4f}")
    if worst := [what for what, values in found.items() if min(values) < LEAST]:
        sys.exit(f"below {LEAST}: {', '.join(worst)} (pictures in {root / 'below'})")


if __name__ == "__main__":
    main()
