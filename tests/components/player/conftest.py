"""Player's engine in a browser, on a film of two clips."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Address

from tests.components.player.engine_page import PAGE, Clips, script
from tests.support.media.samples import restless, write_sound, write_video
from tests.support.processes import PATIENCE
from tests.support.servers.production import serve


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    write_sound(folder / "music.wav", 8, "pcm_s16le")
    return write_video(folder / "clip.mp4", restless(3))


@pytest.fixture
def clips(clip: Path) -> Clips:
    return Clips(clip)


@pytest.fixture
def page(clips: Clips, browser: Browser) -> Iterator[Page]:
    app = Starlette(
        routes=[
            Address("/", lambda _: HTMLResponse(PAGE)),
            Address("/player_{part}.js", script),
            Address("/favicon.ico", lambda _: Response(status_code=204)),
            Address("/{name}", clips.answer),
        ]
    )
    with serve(app) as address, browser.new_context() as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        opened.goto(address)
        opened.wait_for_function("window.engine?.shots.length")
        yield opened
        clips.second.set()
