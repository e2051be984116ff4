"""Stand-ins of the clip providers, served on loopback, with the settings of this process pointed at them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from echoes.providers import get_provider
from echoes.settings import get_settings
from tests.support.servers.production import serve
from tests.support.standins.fal import FalStandIn
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.scripting import Script

SECRET = "key_0123456789_that_nobody_may_see"
PATIENCE_SECONDS = "20"
IMPATIENCE_SECONDS = "1.5"
"""For servers that say nothing on purpose."""


@pytest.fixture
def runway(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunwayStandIn]:
    stand_in = RunwayStandIn(Script(), SECRET)
    with serve(stand_in.app) as address:
        point_at(monkeypatch, "runway", RUNWAY_BASE_URL=address, RUNWAY_API_SECRET=SECRET)
        yield stand_in
    forget()


@pytest.fixture
def fal(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FalStandIn]:
    stand_in = FalStandIn(Script(), SECRET)
    with serve(stand_in.app) as address:
        point_at(monkeypatch, "fal", FAL_BASE_URL=address, FAL_KEY=SECRET)
        yield stand_in
    forget()


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_PROVIDER_TIMEOUT_SECONDS", IMPATIENCE_SECONDS)
    forget()


def point_at(monkeypatch: pytest.MonkeyPatch, provider: str, **settings: str) -> None:
    common = {
        "PROVIDER": provider,
        "RUNWAY_POLL_SECONDS": "0.01",
        "FAL_POLL_SECONDS": "0.01",
        "PROVIDER_TIMEOUT_SECONDS": PATIENCE_SECONDS,
    }
    for name, value in {**common, **settings}.items():
        monkeypatch.setenv(f"ECHOES_{name}", value)
    forget()


def forget() -> None:
    get_settings.cache_clear()
    get_provider.cache_clear()
