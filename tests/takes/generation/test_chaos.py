"""Chaos test: workers die and freeze, providers fail, people cancel; nobody pays twice or for nothing."""

from pathlib import Path

import pytest

from echoes.database import Database, get_database
from echoes.settings import get_settings
from tests.support.jobs.chaos import Campaign, Plan
from tests.support.servers.production import serve
from tests.support.standins.runway import CODES, RunwayStandIn
from tests.support.standins.scripting import Chance, Script

pytestmark = [pytest.mark.long, pytest.mark.postgres]


def test_after_chaos_all_is_settled(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin = RunwayStandIn(Script(chance=Chance(7, 0.35, CODES)))
    with serve(standin.app) as address:
        for name, value in {
            "PROVIDER": "runway", "RUNWAY_BASE_URL": address, "RUNWAY_API_SECRET": "key_chaos",
            "RUNWAY_POLL_SECONDS": "0.2", "WORKER_LEASE_SECONDS": "2",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"ECHOES_{name}", value)
        get_settings.cache_clear()
        campaign = Campaign(
            get_database(), standin, tmp_path, Plan(seed=7, users=4, photos=4, workers=2, strokes=4)
        )
        campaign.run()
    assert campaign.verdict() == []
    assert campaign.strokes.killed > 0
    assert campaign.strokes.frozen > 0
