"""Readiness: named by parts, looked at seldom, no cause for strangers; metrics only for whoever may."""

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from echoes.backups import runs
from echoes.database import Database, get_database
from echoes.monitoring import health, routes
from echoes.monitoring.health import FRESH_SECONDS, Condition, Readiness
from echoes.observability import process
from echoes.settings import get_settings
from tests.support.servers.application import application

TOKEN = "b7Qm2xZ9vKp4Rt8sWn3Yc6Ld1Hf5Jg0A"
HERE = ("127.0.0.1", 50000)


def client(address: tuple[str, int] = HERE) -> TestClient:
    return TestClient(application(routes.routes), client=address)


@pytest.fixture(autouse=True)
def forgotten(database: Database) -> None:
    health.get_readiness.cache_clear()


def test_alive_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "get_readiness", None)
    assert client().get("/healthz").status_code == 200


def test_what_is_missing_is_named_and_nothing_else() -> None:
    answer = client().get("/readyz")  # In this process no engine runs.
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "not_ready": ["engine"]})


def test_ready_when_all_parts_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("echoes.engine.is_alive", lambda: True)
    assert client().get("/readyz").json() == {"status": "ready"}


def test_bad_backups_are_a_warning_and_keep_nothing_from_being_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("echoes.engine.is_alive", lambda: True)
    monkeypatch.setenv("ECHOES_BACKUP_TO", "/mnt/backups")
    get_settings.cache_clear()
    runs.fail(get_database(), runs.begin(get_database(), "/mnt/backups"), "The disk is full.")
    answer = client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "warnings": ["backups"]})


@pytest.mark.parametrize(("revision", "is_ready"), [("0001", False), ("of_a_newer_one", True)])
def test_an_older_database_is_not_ready_and_a_newer_one_is(revision: str, is_ready: bool) -> None:
    with get_database().unscoped() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    missing = Readiness({"migrations": health.check_migrations}).condition().missing
    assert missing == (() if is_ready else ("migrations",))


def test_however_many_ask_it_is_looked_at_seldom() -> None:
    looks: list[int] = []
    now = [0.0]
    readiness = Readiness({"part": lambda: looks.append(1)}, clock=lambda: now[0])
    for _ in range(100):
        assert readiness.condition() == Condition()
    assert len(looks) == 1
    now[0] = FRESH_SECONDS
    readiness.condition()
    assert len(looks) == 2


def test_a_process_that_ends_is_not_ready() -> None:
    process.drain()
    try:
        assert client().get("/readyz").json()["not_ready"] == ["draining"]
    finally:
        process._draining.clear()


def test_metrics_without_a_token_are_this_computers_alone() -> None:
    assert "echoes_jobs" in client().get("/metrics").text
    assert client(("192.0.2.7", 50000)).get("/metrics").status_code == 404
    assert client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_with_a_token_nobody_reads_metrics_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_METRICS_TOKEN", TOKEN)
    get_settings.cache_clear()
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
        assert client().get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client(("192.0.2.7", 50000)).get("/metrics", headers=right).status_code == 200
