"""Playback of a rendered film in a real browser: its length, its seeks, its sound."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from compiler.rendering.film import render
from compiler.timeline.model import FRAME_RATE, Shot, Soundtrack, Timeline, Transition
from tests.support import programs

OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync",
           "--autoplay-policy=no-user-gesture-required"]  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

LOAD = """() => new Promise((loaded, failed) => {
    const video = document.querySelector('video');
    video.requestVideoFrameCallback(() => loaded(video.duration));
    video.onerror = () => failed(video.error.message);
    video.src = 'film.mp4';
})"""
SEEK = """(time) => new Promise(shown => {
    const video = document.querySelector('video');
    video.requestVideoFrameCallback((now, frame) => shown(frame.mediaTime));
    video.currentTime = time;
})"""
PLAY = """() => new Promise((played, failed) => {
    const video = document.querySelector('video');
    video.onended = () => played(video.currentTime);
    video.onerror = () => failed(video.error.message);
    video.play();
})"""


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=OPTIONS)
        yield browser.new_page()
        browser.close()


def test_a_film_plays_and_seeks_to_the_exact_frame(
    page: Page, clips: list[Path], music: Path, tmp_path: Path
) -> None:
    timeline = Timeline(
        tuple(Shot(str(clip)) for clip in clips),
        (Transition("crossfade", 12),),
        Soundtrack(str(music), normalise=False),
    )
    rendered = render(timeline, tmp_path / "film.mp4")
    (tmp_path / "page.html").write_text("<video muted></video>")
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate(LOAD) == pytest.approx(rendered.duration, abs=0.002)
    for frame in random.Random(5).sample(range(1, rendered.frames), 8):
        shown = page.evaluate(SEEK, (frame + 0.5) / FRAME_RATE)
        assert shown == pytest.approx(frame / FRAME_RATE, abs=0.002)
    assert page.evaluate(PLAY) == pytest.approx(rendered.duration, abs=0.05)
