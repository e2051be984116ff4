"""The production app in a process of its own, and a real browser before it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from echoes.database import Database
from echoes.settings import Settings
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor, visit
from tests.support import programs
from tests.support.databases.fresh import migrate
from tests.support.processes import PATIENCE, SHARED_SERVERS
from tests.support.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
QUIET_CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
CALM = {"reduced_motion": "reduce"}
"""To draw what moves while a page waits takes a quarter of a processor, which the work then lacks. Where it
matters that something moves, a test says so."""
PHONE: dict[str, Any] = {
    "viewport": ViewportSize(width=390, height=844),
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2 if "ECHOES_SCREENSHOTS" in os.environ else 1,  # four times the work
    **CALM,
}
DESKTOP: dict[str, Any] = {"viewport": ViewportSize(width=1280, height=800), **CALM}
UNHURRIED = {
    "ECHOES_SIGN_INS_PER_MINUTE": "1000",
    "ECHOES_PASSWORDS_PER_MINUTE": "1000",
    "ECHOES_EVENTS_PER_MINUTE": "1000000",
    "ECHOES_ADDRESS_EVENTS_PER_MINUTE": "1000000",
    "ECHOES_CONNECTIONS_PER_MINUTE": "10000",
    "ECHOES_PREPARE_LOAD": "0",
}
"""All visitors of the tests come from one address; and what is rendered ahead of time costs theirs."""
DEVICES = {"phone": PHONE, "desktop": DESKTOP}
"""Both, where it matters how large the screen is; what the server alone decides is asked on one of them."""


@dataclass
class App:
    """`python -m echoes.web` on a loopback port, with a data folder that outlives its process."""

    data_dir: Path
    port: int
    settings: dict[str, str]
    process: "subprocess.Popen[str] | None" = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        settings = self.settings | {
            "ECHOES_DATA_DIR": str(self.data_dir),
            "ECHOES_PORT": str(self.port),
            "ECHOES_PUBLIC_URL": self.address,
        }
        migrate(settings)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "echoes.web"],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Echoes is ready"), "the server did not start"

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> None:
        """It ends with 0 only if it was over before its own deadline."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0


def require_front_end() -> None:
    if not (ROOT / ".web/build/client/index.html").is_file():
        pytest.skip("the front end is not built: `make test` builds it")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    require_front_end()
    running = App(
        tmp_path_factory.mktemp("data"),
        free_port(),
        {"ECHOES_CLIP_SECONDS": "1.25", "ECHOES_SIGN_IN": "openid,passkey", **UNHURRIED},
    )
    running.start()
    assert running.process is not None
    SHARED_SERVERS.add(running.process.pid)
    yield running
    running.stop()


@pytest.fixture
def database(app: App) -> Iterator[Database]:
    """The app's own, on the side of the test."""
    opened = Database(Settings(data_dir=app.data_dir).database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for a file, not for all: while it is open, its thread can run no other event loop."""
    expect.set_options(timeout=SECONDS_TO_SEE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium(), args=QUIET_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(params=DEVICES)
def visitor(request: pytest.FixtureRequest, chromium: Browser, app: App) -> Iterator[Visitor]:
    with visit(chromium, app.address, request.param, DEVICES[request.param]) as visitor:
        yield visitor
