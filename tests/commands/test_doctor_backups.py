"""The doctor on backups: none, good ones, old ones, and a target that is not there."""

from datetime import timedelta
from pathlib import Path

import pytest

from echoes.commands import backup_checks
from echoes.commands.findings import Problem
from echoes.database import Database
from echoes.models import BackupRun, now
from echoes.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(backup_to=str(tmp_path_factory.mktemp("backups")))


def add_run(database: Database, hours: int, failure: str = "") -> None:
    then = now() - timedelta(hours=hours)
    with database.unscoped() as session:
        session.add(
            BackupRun(
                target="x", created_at=then, ended_at=then, failure=failure, size_bytes=2_000_000,
                snapshot="" if failure else "20261126t031700z",
            )
        )  # fmt: skip


async def test_none_is_said(database: Database) -> None:
    assert await backup_checks.backups(Settings()) == backup_checks.NONE


async def test_a_good_one(settings: Settings, database: Database) -> None:
    assert "none made yet" in await backup_checks.backups(settings)
    add_run(database, hours=2)
    said = await backup_checks.backups(settings)
    assert "on the same disk as the data" in said
    assert "ago, 2.0 MB" in said


async def test_one_that_failed(settings: Settings, database: Database) -> None:
    add_run(database, hours=2, failure="There is no room left.")
    with pytest.raises(Problem, match="the last one failed: There is no room left"):
        await backup_checks.backups(settings)


async def test_an_old_one(settings: Settings, database: Database) -> None:
    add_run(database, hours=40)
    with pytest.raises(Problem, match="a day and a half"):
        await backup_checks.backups(settings)


async def test_a_folder_that_is_not_there(settings: Settings) -> None:
    Path(settings.backup_to).rmdir()  # noqa: ASYNC240
    with pytest.raises(Problem, match="does not exist") as problem:
        await backup_checks.backups(settings)
    assert "ECHOES_BACKUP_TO" in problem.value.advice


@pytest.mark.postgres
async def test_without_pg_dump(
    postgres_database: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings = Settings(backup_to=str(tmp_path_factory.mktemp("backups")))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="pg_dump is not installed"):
        await backup_checks.backups(settings)
