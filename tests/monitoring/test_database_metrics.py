"""What the database tells Prometheus of workers and backups, in each case that an alert is about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client.metrics_core import Metric
from sqlmodel import update

from echoes.backups import runs
from echoes.database import Database
from echoes.engine.leases import Lease
from echoes.models import BackupRun, WorkerLease, now
from echoes.monitoring.database_metrics import backups, workers
from echoes.settings import get_settings

LEASE_SECONDS = 30.0


def figures(query: Callable[[], list[Metric]]) -> dict[str, float]:
    return {sample.name: sample.value for family in query() for sample in family.samples}


@pytest.mark.postgres
def test_the_number_of_workers_is_there_when_there_is_none(postgres_database: Database) -> None:
    assert figures(workers) == {"echoes_workers_alive": 0}
    lease = Lease(postgres_database, "worker-1", LEASE_SECONDS)
    lease.take()
    assert figures(workers)["echoes_workers_alive"] == 1
    with postgres_database.unscoped() as session:
        session.execute(update(WorkerLease).values(renewed_at=now() - timedelta(seconds=2 * LEASE_SECONDS)))
    found = figures(workers)
    assert (found["echoes_workers_alive"], found["echoes_worker_silence_seconds"] > LEASE_SECONDS) == (
        0,
        True,
    )
    lease.give_up()
    assert figures(workers) == {"echoes_workers_alive": 0}


def test_without_leases_nobody_is_missed(database: Database) -> None:
    assert figures(workers) == {}


@pytest.fixture
def backed_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("ECHOES_BACKUP_TO", "/mnt/backups")
    get_settings.cache_clear()
    return database


def test_without_backups_there_is_nothing_to_be_old(database: Database) -> None:
    assert figures(backups) == {}


def test_a_good_backup_has_an_age_and_a_size(backed_up: Database) -> None:
    runs.succeed(backed_up, runs.begin(backed_up, "x"), "20261126t031700z", 3, 1000)
    found = figures(backups)
    assert 0 <= found.pop("echoes_backup_age_seconds") < 60
    assert found == {"echoes_backup_size_bytes": 1000, "echoes_backup_bad": 0}


def test_one_that_failed_is_bad_and_so_is_an_old_one(backed_up: Database) -> None:
    runs.fail(backed_up, runs.begin(backed_up, "x"), "The disk is full.")
    assert figures(backups) == {"echoes_backup_bad": 1}
    with backed_up.unscoped() as session:
        session.execute(
            update(BackupRun).values(failure="", snapshot="s", created_at=now() - timedelta(hours=40))
        )
    found = figures(backups)
    assert (found["echoes_backup_bad"], found["echoes_backup_age_seconds"] > 39 * 3600) == (1, True)
