"""A backup that fails says why: to whoever runs it, and to operators; and leaves nothing that counts."""

from pathlib import Path

import pytest

from echoes.backups import runs, snapshots
from echoes.backups.databases import postgres
from echoes.backups.lock import exclusive
from echoes.backups.runs import last_backup_state
from echoes.backups.service import run_backup
from echoes.backups.target import target_of
from echoes.database import Database
from echoes.errors import EchoesError, Refused, StorageFull
from echoes.models import Photo
from echoes.settings import Settings
from echoes.storage.local import LocalStorage
from tests.backups.conftest import with_target

pytestmark = pytest.mark.slow


def failure_of(database: Database, settings: Settings) -> str:
    with database.reading() as session:
        return last_backup_state(session, settings).failure


def test_a_full_disk(
    settings: Settings, photos: list[Photo], either: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageFull

    monkeypatch.setattr(LocalStorage, "put", full)
    with pytest.raises(StorageFull):
        run_backup(settings)
    assert "no room left" in failure_of(either, settings)
    assert settings.backup_to in failure_of(either, settings)
    assert snapshots.complete(target_of(settings).snapshots) == []


def test_a_disk_that_is_not_mounted(
    either: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_target(tmp_path.with_name("usb-disk"), monkeypatch)
    with pytest.raises(EchoesError):
        run_backup(settings)
    assert failure_of(either, settings).endswith("usb-disk does not exist. Create it, or mount the disk.")


@pytest.mark.postgres
class TestPrograms:
    @pytest.fixture
    def either(self, postgres_database: Database) -> Database:
        return postgres_database

    def test_pg_dump_is_missing(
        self, settings: Settings, either: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(Refused):
            run_backup(settings)
        assert failure_of(either, settings).startswith("pg_dump is not installed on this machine. Install")

    def test_pg_dump_is_older_than_the_server(
        self, settings: Settings, either: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        program = tmp_path / "pg_dump"
        program.write_text('#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        with pytest.raises(Refused):
            run_backup(settings)
        assert failure_of(either, settings).startswith("pg_dump 9 is older than the PostgreSQL server (")

    def test_what_pg_dump_says_is_repeated_without_the_password(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A command line is seen by everybody on the machine, and so are sentences on pages."""
        seen = tmp_path / "seen"
        program = tmp_path / "pg_dump"
        program.write_text(f'#!/bin/sh\necho "$@" >{seen}\necho "$PGPASSWORD is wrong" >&2\nexit 1\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        url = "postgresql+psycopg://echoes:s3cr%40t@db.example:5433/echoes?sslmode=require"
        with pytest.raises(postgres.ProgramFailed) as failed:
            postgres.dump(url, "00000003-0000001B-1", tmp_path / "x.dump")
        assert failed.value.sentence == "pg_dump failed: ••• is wrong."
        assert "--dbname=postgresql://echoes@db.example:5433/echoes?sslmode=require" in seen.read_text()
        assert "s3cr" not in seen.read_text()


def test_two_at_once_are_one(settings: Settings, either: Database) -> None:
    with exclusive(settings), pytest.raises(Refused, match="Another backup is being made"):
        run_backup(settings)
    run_backup(settings)
    assert failure_of(either, settings) == ""


def test_one_that_was_killed_is_not_under_way_for_ever(settings: Settings, either: Database) -> None:
    runs.begin(either, settings.backup_to)
    with either.reading() as session:
        assert last_backup_state(session, settings).is_under_way
    second = runs.begin(either, settings.backup_to)
    assert failure_of(either, settings) == runs.INTERRUPTED
    runs.succeed(either, second, "20261126t031700z", 3, 1000)
    with either.reading() as session:
        state = last_backup_state(session, settings)
    assert (state.failure, state.is_under_way, state.files, state.size_bytes) == ("", False, 3, 1000)
