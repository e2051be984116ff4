"""The player's limiter in a real browser: as loud as the film's at every moment, never above full scale."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from compiler.audio.limiter import limit_peaks
from compiler.audio.samples import RATE
from tests.components.player.engine_page import script
from tests.support.servers.production import serve

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

WINDOW = RATE // 10
LATE = round(0.006 * RATE)
"""By how much a DynamicsCompressorNode looks ahead."""
PLAYED = """async (samples) => {
  const { limiterOf } = await import("/player_limiter.js");
  const context = new OfflineAudioContext(2, samples.length, 48000);
  const buffer = context.createBuffer(2, samples.length, 48000);
  for (const channel of [0, 1]) buffer.copyToChannel(new Float32Array(samples), channel);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(limiterOf(context));
  source.start();
  return [...(await context.startRendering()).getChannelData(0)];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    routes = [Route("/", lambda _: HTMLResponse("")), Route("/player_{part}.js", script)]
    with serve(Starlette(routes=routes)) as address, browser.new_context() as context:
        opened = context.new_page()
        opened.goto(address)
        yield opened


def played(page: Page, sound: NDArray[np.float32]) -> NDArray[np.float64]:
    heard: list[Any] = page.evaluate(PLAYED, [float(sample) for sample in sound])
    return np.roll(np.asarray(heard), -LATE)[:-LATE]


def speech(peak: float) -> NDArray[np.float32]:
    """Two seconds of a tone whose loudness rises and falls as syllables do, up to this peak."""
    time = np.arange(2 * RATE) / RATE
    swell = np.abs(np.sin(2 * np.pi * 1.5 * time)) ** 3
    return (peak * swell * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


def curve(sound: NDArray[Any]) -> NDArray[np.float64]:
    whole = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    return np.asarray(10 * np.log10(np.square(whole).mean(axis=1) + 1e-12))


def test_what_is_not_too_loud_passes_as_it_is(page: Page) -> None:
    """But for its first moment, in which the node has heard nothing yet."""
    quiet = speech(0.7)
    assert np.abs(curve(played(page, quiet)) - curve(quiet[:-LATE]))[1:].max() < 0.05


@pytest.mark.parametrize("peak", [0.9, 1.2, 1.4])
def test_what_is_too_loud_is_held_down_as_in_the_film(page: Page, peak: float) -> None:
    loud = speech(peak)
    heard = played(page, loud)
    (film,) = limit_peaks(iter([np.stack([loud, loud])]))
    told, expected = curve(heard), curve(film[0][:-LATE])
    audible = expected > -40
    assert np.abs(told - expected)[audible].max() < 1.0


def test_not_even_twice_full_scale_is_cut_off(page: Page) -> None:
    assert np.abs(played(page, speech(2.0))).max() < 1.0
