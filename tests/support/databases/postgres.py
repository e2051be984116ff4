"""A PostgreSQL of the tests' own: a cluster in a temporary folder, thrown away at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from echoes.database import Database, get_database
from echoes.jobs.requests import prepare_engine_tables
from tests.support import programs
from tests.support.databases.fresh import forget
from tests.support.once import made_once

ROOT = Path(__file__).resolve().parents[3]
SURE = "-c fsync=off -c full_page_writes=off -c listen_addresses="
"""What is committed outlives the server's processes, though not the machine."""
QUICK = f"{SURE} -c synchronous_commit=off"
MIGRATED = "migrated"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(QUICK, made_once(tmp_path_factory, "postgres", _make_cluster) / "data") as url:
        yield url


@contextmanager
def cluster(settings: str, made: Path | None = None) -> Iterator[str]:
    """The URL of its first database. Reached by a socket, so that no port is taken.

    New, or a copy of what is `made`.
    """
    found = programs.postgres()
    assert found is not None, "mark the test with postgres: it is skipped where there is none"
    folder = Path(tempfile.mkdtemp(prefix="echoes-pg-"))
    as_owner = _not_root(folder)
    try:
        if made:
            _run([], "cp", "-a", made, folder / "data")
        else:
            _run(as_owner, found / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-N")
        options = f"{settings} -c unix_socket_directories={folder}"
        _run(
            as_owner, found / "pg_ctl", "start", "-w", "-D", folder / "data", "-o", options,
            "-l", folder / "log",
        )  # fmt: skip
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        _run(as_owner, found / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def crash(url: str) -> None:
    """All its processes end at once, and it starts again and recovers."""
    _pg_ctl(url, "restart", "-m", "immediate")


def _pg_ctl(url: str, *command: str) -> None:
    found, folder = programs.postgres(), Path(str(sa.make_url(url).query["host"]))
    assert found is not None
    _run(_not_root(folder), found / "pg_ctl", *command, "-w", "-D", folder / "data", "-l", folder / "log")


def _make_cluster(folder: Path) -> None:
    """With a database as an operator would have it, walls and all, to be copied for each test."""
    with cluster(QUICK) as url, pytest.MonkeyPatch.context() as patch:
        migrated = _create(url, MIGRATED)
        patch.setenv("ECHOES_DATA_DIR", str(folder))
        patch.setenv("ECHOES_DATABASE_URL", migrated)
        patch.setenv("ECHOES_APP_DATABASE_URL", as_app(migrated))
        forget()
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        prepare_engine_tables()
        forget()
        _pg_ctl(url, "stop", "-m", "fast")
        _run([], "cp", "-a", Path(str(sa.make_url(url).query["host"])) / "data", folder / "data")
        _pg_ctl(url, "restart")


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database for one test."""
    return create_database(postgres)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """A database as an operator would have it, to be copied."""
    return postgres.replace("/postgres?", f"/{MIGRATED}?")


@pytest.fixture
def postgres_database(
    migrated_postgres: str, postgres: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """One with the app's tables and walls, that the settings name."""
    url = create_database(postgres, template=migrated_postgres)
    monkeypatch.setenv("ECHOES_DATABASE_URL", url)
    monkeypatch.setenv("ECHOES_APP_DATABASE_URL", as_app(url))
    forget()
    return get_database()


def another_database(postgres: str, migrated: str) -> Database:
    url = create_database(postgres, template=migrated)
    return Database(url, as_app(url))


def create_database(postgres: str, template: str = "") -> str:
    return _create(postgres, f"echoes_{uuid4().hex}", template)


def _create(postgres: str, name: str, template: str = "") -> str:
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        copied = f" TEMPLATE {sa.make_url(template).database}" if template else ""
        connection.execute(sa.text(f"CREATE DATABASE {name}{copied}"))
    admin.dispose()
    return postgres.replace("/postgres?", f"/{name}?")


def as_app(url: str) -> str:
    """The same database, as the lesser role that serves people."""
    return url.replace("//postgres@", "//echoes_web@")


def _not_root(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _run(as_owner: list[str], *command: str | Path) -> None:
    subprocess.run(
        [*as_owner, *map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Database:
    """One test, on both."""
    name = "database" if request.param == "sqlite" else "postgres_database"
    database: Database = request.getfixturevalue(name)
    return database
