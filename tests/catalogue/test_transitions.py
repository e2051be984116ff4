"""Transitions stand in one catalogue: compiler, page and player know the same ones, and draw them alike."""

import io
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from compiler.picture import transitions
from compiler.picture.planes import PlanarFrame, plain, prepare, to_frame
from compiler.picture.transitions import blend_of
from compiler.timeline.model import TRANSITION_KINDS
from echoes.catalogue.transitions import TRANSITIONS
from tests.support import programs

SCRIPT = Path(__file__).resolve().parents[2] / "echoes" / "components" / "player" / "player_transitions.js"
KINDS = [choice.kind for choice in TRANSITIONS]
WIDTH, HEIGHT = 480, 270


def test_the_page_offers_every_kind_that_a_timeline_can_hold_once() -> None:
    assert sorted(KINDS) == sorted(TRANSITION_KINDS)


def test_the_compiler_draws_every_kind() -> None:
    drawn = {module.name for module in iter_modules(transitions.__path__)}
    assert drawn | {"cut"} == set(KINDS)


def test_the_player_draws_every_kind() -> None:
    table = re.search(r"export const TRANSITIONS = \{(.*?)^\};", SCRIPT.read_text(), re.S | re.M)
    assert table
    assert set(re.findall(r"^  (\w+)[:(]", table[1], re.M)) == set(KINDS)


def test_no_two_kinds_look_or_read_alike() -> None:
    assert len({choice.label for choice in TRANSITIONS}) == len(TRANSITIONS)
    assert len({choice.icon for choice in TRANSITIONS}) == len(TRANSITIONS)


PAGE = f"""<style>
  body {{ margin: 0 }}
  .stage {{ position: relative; width: {WIDTH}px; height: {HEIGHT}px; overflow: hidden; background: #000 }}
  .stage > * {{ position: absolute; inset: 0; width: 100%; height: 100% }}
  .veil {{ z-index: 3; opacity: 0 }}
</style><div class="stage"><video muted></video><video muted></video><div class="veil"></div></div>"""
DRAW = """async ([script, kind, progress, ...pictures]) => {
  const [current, next] = document.querySelectorAll("video");
  await Promise.all([current, next].map((video, place) => new Promise((shown) => {
    video.requestVideoFrameCallback(shown);
    video.src = pictures[place];
  })));
  const { draw } = await import(script);
  draw(kind, progress, { current, next, veil: document.querySelector(".veil") });
}"""
"""Videos, because a browser composes them otherwise than images."""
Grey = NDArray[np.uint8]


def shot(phase: float) -> Grey:
    """Soft hills of grey without an axis of symmetry, so that a wrong direction or size shows; with a fine
    grain, so that half a pixel does."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / WIDTH
    hills = 0.5 + 0.25 * np.sin(9 * x + 5 * y + phase) + 0.15 * np.sin(14 * y - 6 * x * x + 2 * phase)
    grain = gaussian_filter(np.random.default_rng(round(phase)).normal(0, 1, hills.shape), 2.5)
    grey: Grey = (255 * (hills + 0.1 * grain / grain.std()).clip(0, 1)).astype(np.uint8)
    return grey


def as_picture(grey: Grey) -> PlanarFrame:
    return plain((WIDTH, HEIGHT))._replace(luma=(16 + grey * (219 / 255)).round().astype(np.uint8))


def as_grey(picture: PlanarFrame) -> NDArray[np.float64]:
    return (picture.luma.astype(np.float64) - 16) * (255 / 219)


def address(grey: Grey) -> str:
    """A video of one frame, hardly compressed."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", 24, {"qp": "1", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        container.mux(stream.encode(prepare(to_frame(as_picture(grey)), 0, key=True)))
        container.mux(stream.encode(None))
    return f"data:video/mp4;base64,{b64encode(file.getvalue()).decode()}"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        opened.set_content(PAGE)
        yield opened
        browser.close()


def drawn_by_player(page: Page, kind: str, progress: float, before: Grey, after: Grey) -> NDArray[np.float64]:
    script = f"data:text/javascript;base64,{b64encode(SCRIPT.read_bytes()).decode()}"
    page.evaluate(DRAW, [script, kind, progress, address(before), address(after)])
    screen = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return np.asarray(screen, np.float64)


@pytest.mark.slow
@pytest.mark.chromium
@pytest.mark.parametrize("progress", [0.2, 0.5, 0.85])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "cut"])
def test_the_player_draws_what_the_compiler_renders(page: Page, kind: str, progress: float) -> None:
    before, after = shot(0), shot(2)
    rendered = as_grey(blend_of(kind)(as_picture(before), as_picture(after), progress))
    drawn = drawn_by_player(page, kind, progress, before, after)
    measure: Any = structural_similarity
    assert measure(drawn, rendered, data_range=255) > 0.993
    assert np.abs(drawn - rendered).mean() < 1.5
    assert np.percentile(np.abs(drawn - rendered), 99) < 8


def test_pictures_that_are_not_alike_are_told_apart() -> None:
    assert np.abs(shot(0).astype(float) - shot(2)).mean() > 30
