"""The nightly backup comes once a night, in a process of its own; a machine that was off makes it up."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOS

from echoes.backups import runs, schedule
from echoes.backups.runs import last_backup_state
from echoes.backups.snapshots import complete
from echoes.backups.target import BackupTarget
from echoes.database import Database
from echoes.engine import Engine
from echoes.models import BackupRun, Photo
from echoes.settings import Settings
from tests.support.processes import wait_for

pytestmark = pytest.mark.slow


def begun(database: Database, moment: datetime, snapshot: str = "20261126t031700z") -> None:
    with database.unscoped() as session:
        session.add(BackupRun(target="x", created_at=moment, ended_at=moment, snapshot=snapshot))


def is_due(database: Database, moment: datetime) -> bool:
    with database.reading() as session:
        return runs.is_due(session, 3, moment)


def test_one_a_night(settings: Settings, either: Database) -> None:
    night = datetime(2026, 11, 26, 3, 17, tzinfo=UTC)
    assert is_due(either, night)
    begun(either, night)
    assert not is_due(either, night + timedelta(hours=23))
    assert is_due(either, night + timedelta(hours=24))


def test_one_that_failed_is_tried_again(settings: Settings, either: Database) -> None:
    night = datetime(2026, 11, 26, 3, 17, tzinfo=UTC)
    begun(either, night, snapshot="")
    assert is_due(either, night + timedelta(hours=1))


def test_a_machine_that_was_off_makes_it_up(settings: Settings, either: Database) -> None:
    night = datetime(2026, 11, 26, 3, 17, tzinfo=UTC)
    begun(either, night - timedelta(days=1))
    assert is_due(either, night + timedelta(hours=6))


def test_without_a_target_there_is_none(database: Database) -> None:
    assert not schedule.is_due(Settings())


def test_the_engine_makes_it_in_a_process_of_its_own(
    settings: Settings, target: BackupTarget, photos: list[Photo], either: Database
) -> None:
    engine = Engine()
    engine.start()
    try:
        DBOS.trigger_schedule("back_up")
        wait_for(lambda: complete(target.snapshots) != [], "the backup")
        wait_for(lambda: not state(either, settings).is_under_way, "its end")
    finally:
        engine.stop()
    assert (state(either, settings).files, state(either, settings).failure) == (3, "")
    assert not schedule.is_due(settings)


def state(database: Database, settings: Settings) -> runs.BackupState:
    with database.reading() as session:
        return last_backup_state(session, settings)


def test_a_process_that_fails_has_said_why(settings: Settings, either: Database, backup_folder: Path) -> None:
    backup_folder.rmdir()
    assert asyncio.run(schedule.back_up_by_itself()) == 1
    assert "does not exist" in state(either, settings).failure


def test_a_process_that_was_killed_is_noted(settings: Settings, either: Database) -> None:
    runs.begin(either, settings.backup_to)
    schedule.note_killed(-9)
    assert state(either, settings).failure == "Its process was ended by signal 9."


def test_old_ones_are_stale(settings: Settings, either: Database) -> None:
    begun(either, datetime.now(UTC) - timedelta(hours=37))
    assert state(either, settings).is_stale
    begun(either, datetime.now(UTC))
    assert not state(either, settings).is_stale
