"""`echoes upgrade`: in words, with a copy, and back again when a migration fails."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from echoes.commands import upgrade as upgrades
from echoes.commands.upgrade import UpgradeFailed, upgrade
from echoes.database import get_database, migrations
from echoes.engine.lock import AnotherEngineRuns, EngineLock
from echoes.settings import get_settings
from echoes.startup_checks import CannotStart
from tests.commands.conftest import Echoes
from tests.support.databases.fresh import forget

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FAILS = """\"\"\"Films get wings.

Revision ID: 9999_wings
\"\"\"

import sqlalchemy as sa
from alembic import op

revision = "9999_wings"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("videos", sa.Column("wings", sa.Integer(), nullable=True))
    op.execute("INSERT INTO nowhere VALUES (1)")


def downgrade() -> None:
    op.drop_column("videos", "wings")
"""


def clear() -> None:
    for cached in (migrations.our_revisions, migrations.our_contracts):
        cached.cache_clear()


@pytest.fixture
def earlier(data_dir: Path) -> Path:
    """The database of the version before, with a person in it."""
    configuration = Config(ROOT / "alembic.ini")
    command.upgrade(configuration, "head")
    command.downgrade(configuration, "-1")
    database = data_dir / "echoes.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE keepsake (word TEXT)")
        connection.execute("INSERT INTO keepsake VALUES ('Rosa')")
    return database


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One migration more, which fails when it has begun."""
    folder = tmp_path / "source"
    shutil.copytree(ROOT / "alembic", folder / "alembic")
    shutil.copy(ROOT / "alembic.ini", folder)
    (head,) = migrations.our_heads()
    (folder / "alembic" / "versions" / "9999_wings.py").write_text(FAILS.format(head=head))
    monkeypatch.setattr(upgrades, "CONFIGURATION", folder / "alembic.ini")
    monkeypatch.setattr(migrations, "VERSIONS", folder / "alembic" / "versions")
    clear()
    yield
    clear()


def kept(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM keepsake")]


def revision(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def columns(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(videos)")}


def test_it_says_what_changes_copies_and_migrates(earlier: Path, data_dir: Path) -> None:
    said: list[str] = []
    before = revision(earlier)
    (head,) = migrations.our_heads()
    assert upgrade(get_settings(), said.append, lambda _: True)
    assert any(line.strip().startswith(f"{head}: ") and line.endswith(".") for line in said)
    assert (revision(earlier), kept(earlier)) == (head, ["Rosa"])
    (copy,) = (data_dir / "upgrades").iterdir()
    assert (revision(copy), kept(copy)) == (before, ["Rosa"])
    assert copy.stat().st_mode & 0o077 == 0
    said.clear()
    assert upgrade(get_settings(), said.append, lambda _: pytest.fail("asked for nothing"))
    assert said[0].startswith("The database needs nothing")


def test_a_no_changes_nothing(earlier: Path, data_dir: Path) -> None:
    before = revision(earlier)
    assert not upgrade(get_settings(), lambda _: None, lambda _: False)
    assert revision(earlier) == before
    assert not (data_dir / "upgrades").exists()


@pytest.mark.postgres
def test_postgresql_takes_a_migration_that_fails_back_by_itself(
    postgres_url: str, data_dir: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_DATABASE_URL", postgres_url)
    forget()
    assert upgrade(get_settings(), lambda _: None, lambda _: True)
    request.getfixturevalue("failing")
    forget()
    with get_database().engine.connect() as connection:
        before = migrations.heads_of(connection)
    with pytest.raises(UpgradeFailed, match="nowhere") as failed:
        upgrade(get_settings(), lambda _: None, lambda _: True)
    with get_database().engine.connect() as connection:
        assert migrations.heads_of(connection) == before
        assert "wings" not in {column["name"] for column in sa.inspect(connection).get_columns("videos")}
    (dump,) = (data_dir / "upgrades").iterdir()
    assert str(dump) in failed.value.advice
    assert dump.read_bytes().startswith(b"PGDMP")


@pytest.mark.usefixtures("failing")
def test_a_migration_that_fails_leaves_the_database_as_it_was(earlier: Path) -> None:
    before, said = (revision(earlier), columns(earlier)), list[str]()
    with pytest.raises(UpgradeFailed, match="nowhere") as failed:
        upgrade(get_settings(), said.append, lambda _: True)
    assert any("Films get wings." in line for line in said)
    assert "as it was before" in failed.value.advice
    assert (revision(earlier), columns(earlier)) == before
    assert kept(earlier) == ["Rosa"]
    assert not list(earlier.parent.glob(".*.before"))


def test_a_newer_database_is_refused_in_words(earlier: Path) -> None:
    with closing(sqlite3.connect(earlier)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    forget()
    with pytest.raises(CannotStart, match="A newer version of Echoes wrote it"):
        upgrade(get_settings(), lambda _: None, lambda _: True)


def test_an_echoes_that_runs_is_left_alone(earlier: Path, data_dir: Path) -> None:
    before, lock = revision(earlier), EngineLock(data_dir / "engine.lock")
    lock.acquire()
    try:
        with pytest.raises(AnotherEngineRuns, match="Stop it first"):
            upgrade(get_settings(), lambda _: None, lambda _: True)
    finally:
        lock.release()
    assert revision(earlier) == before


def test_the_command_makes_a_first_database_and_says_so(data_dir: Path, echoes: Echoes) -> None:
    dry = echoes("upgrade", "--dry-run")
    assert (dry.returncode, (data_dir / "echoes.db").exists()) == (0, False)
    made = echoes("upgrade", "--yes")
    assert made.returncode == 0, made.stderr
    assert "There is no database yet" in made.stdout
    assert "up to date" in made.stdout
