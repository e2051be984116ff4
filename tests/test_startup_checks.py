"""Preflight checks: what keeps a process from working is a sentence, never a stack trace."""

import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from echoes import startup_checks
from echoes.database import Database
from echoes.database.migrations import REVISIONS, VERSION, our_heads, record_revisions
from echoes.settings import get_settings
from echoes.startup_checks import CannotStart
from tests.support.databases.fresh import forget

UNWRITABLE = Path("/proc/sys")
"""The kernel's own folder, where not even root may write."""


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk: what is written beyond it fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def refused() -> str:
    with pytest.raises(CannotStart) as refusal:
        startup_checks.run_checks(get_settings())
    return str(refusal.value)


def test_a_healthy_one_starts_and_leaves_nothing_behind(database: Database, data_dir: Path) -> None:
    before = {path.name for path in data_dir.rglob("*")}
    startup_checks.run_checks(get_settings())
    assert {path.name for path in data_dir.rglob("*")} - before <= {"echoes.db-wal", "echoes.db-shm"}


@pytest.mark.parametrize("folder", [UNWRITABLE, UNWRITABLE / "kernel"])
def test_a_folder_that_cannot_be_written_to(database: Database, folder: Path) -> None:
    with pytest.raises(CannotStart, match=f"{folder} cannot be written to.*Give the account"):
        startup_checks.run_checks(get_settings().model_copy(update={"data_dir": folder}))


@pytest.mark.parametrize("folder", ["files", "incoming", "work", "cache"])
def test_each_folder_is_looked_at(database: Database, data_dir: Path, folder: str) -> None:
    """Operators mount them from several places."""
    (data_dir / folder).symlink_to(UNWRITABLE)
    assert f"{data_dir / folder} cannot be written to" in refused()


def test_a_file_where_a_folder_should_be(database: Database, data_dir: Path) -> None:
    (data_dir / "files").write_text("to my aunt")
    assert f"{data_dir / 'files'} is not a folder" in refused()


def test_a_full_disk(database: Database, data_dir: Path) -> None:
    with files_of_at_most(0):
        assert f"There is no room left in {data_dir}. Free some space" in refused()


def test_a_disk_with_next_to_nothing_left(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(get_settings().data_dir)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=startup_checks.LEAST_ROOM - 1))
    assert "no room left" in refused()


def test_a_file_of_another_account(
    database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = data_dir / "echoes.db"
    allowed: Callable[..., bool] = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != theirs and allowed(path, mode))
    assert f"{theirs} belongs to another account" in refused()


def test_no_database_yet(data_dir: Path) -> None:
    assert "no database yet" in refused()
    assert "alembic upgrade head" in refused()
    assert list(data_dir.iterdir()) == []


def test_an_empty_database(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "echoes.db")) as empty:
        empty.execute("PRAGMA user_version = 1")
    assert refused().startswith("The database is empty. Run `make migrate`")


@pytest.mark.parametrize("revision", ["0001", None])
def test_a_database_that_lacks_the_newest_migrations(database: Database, revision: str | None) -> None:
    stands_at(database, revision)
    assert refused() == (
        f"The database stands at revision {revision or 'none'}, and Echoes needs {next(iter(our_heads()))}. "
        "Run `make migrate`, or `alembic upgrade head`."
    )


def test_a_database_that_a_newer_echoes_has_migrated(database: Database) -> None:
    stands_at(database, "9999")
    said = refused()
    assert "revision 9999, which this version of Echoes does not know" in said
    assert "migrate" not in said


def test_one_that_a_newer_echoes_has_only_added_to_serves_both(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """So an older process comes back during an upgrade, and a release can be taken back."""
    migrated_by_newer(database, {"9998": False, "9999": False})
    startup_checks.run_checks(get_settings())
    assert "migrated by a newer Echoes, to revision 9999" in caplog.text


@pytest.mark.parametrize("taken_by", ["9998", "9999"], ids=["on-the-way", "at-last"])
def test_one_that_a_newer_echoes_has_taken_something_from(database: Database, taken_by: str) -> None:
    migrated_by_newer(database, {"9998": False, "9999": False} | {taken_by: True})
    assert "which this version of Echoes does not know" in refused()


def test_one_whose_history_is_not_ours(database: Database) -> None:
    migrated_by_newer(database, {"9998": False, "9999": False})
    with database.engine.begin() as connection:
        connection.execute(REVISIONS.delete().where(REVISIONS.c.revision.in_(our_heads())))
    assert "which this version of Echoes does not know" in refused()


def migrated_by_newer(database: Database, later: dict[str, bool]) -> None:
    with database.engine.begin() as connection:
        record_revisions(connection)
        rows = [{"revision": name, "is_contract": is_contract} for name, is_contract in later.items()]
        connection.execute(REVISIONS.insert(), rows)
    stands_at(database, max(later))


def stands_at(database: Database, revision: str | None) -> None:
    with database.engine.begin() as connection:
        connection.execute(VERSION.delete())
        if revision:
            connection.execute(VERSION.insert(), {"version_num": revision})


def test_what_is_no_database(data_dir: Path) -> None:
    (data_dir / "echoes.db").write_bytes(b"a letter to my aunt, about a hundred bytes long" * 100)
    assert refused().startswith("The database does not answer: file is not a database. Is it running")


def test_a_database_server_that_is_not_there(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_DATABASE_URL", "postgresql://echoes:secret@127.0.0.1:1/echoes")
    forget()
    said = refused()
    assert "The database does not answer" in said
    assert "Connection refused" in said
    assert "secret" not in said
    assert "\n" not in said
