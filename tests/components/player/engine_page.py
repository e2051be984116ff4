"""Page that runs the player's engine on a film of two clips, and what answers for these, for its tests."""

from asyncio import to_thread
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Gate

from playwright.sync_api import Page
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from tests.support.processes import PATIENCE

COMPONENTS = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player"
PAGE = """<style>.layer {position: absolute; inset: 0} video, img {position: absolute; width: 100%}</style>
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
window.film = ({ first = {}, second = {}, ...others } = {}) => ({
  fps: 24, frames: 120, duration: 5, fade_in_frames: 0, fade_out_frames: 0, shots: [first, second].map(
    (shot, number) => ({
      clip: ["first", "second"][number], clip_start: 0, clip_end: 3, caption_start: 0, caption_end: 0,
      film_start: 2 * number, film_end: 2 * number + 3,
      film_start_frame: 48 * number, film_end_frame: 48 * number + 72, ...shot,
    })
  ), transitions: [{ kind: "crossfade", start: 2, frames: 24 }], ...others,
});
window.clips = { first: { src: "/first.mp4" }, second: { src: "/second.mp4" } };
engine.load(film(), clips);
</script>""".replace("LAYERS", 4 * '<div class="layer"><video></video><img><img></div>').replace(
    "LANES", 4 * '<audio preload="none"></audio>'
)


@dataclass
class Clips:
    """The second one comes when the test lets it."""

    clip: Path
    second: Gate = field(default_factory=Gate)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.path_params["name"])
        if request.path_params["name"] == "missing.mp4":
            return Response(status_code=404)
        if request.path_params["name"].endswith(".wav"):
            return FileResponse(self.clip.with_name("music.wav"))
        if request.path_params["name"] == "second.mp4":
            await to_thread(self.second.wait, PATIENCE)
        return FileResponse(self.clip)


def script(request: Request) -> Response:
    return FileResponse(COMPONENTS / f"player_{request.path_params['part']}.js", media_type="text/javascript")


def until(page: Page, what: str) -> None:
    page.wait_for_function(what)
