"""A fresh database in a data folder of its own, and people to act in it."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url
from sqlmodel import SQLModel

from echoes.database import Database, get_database
from echoes.database.migrations import VERSION, our_heads
from echoes.jobs.requests import prepare_engine_tables
from echoes.models import User
from echoes.settings import get_settings
from tests.support.once import made_once

NewUser = Callable[[str], UUID]
ROOT = Path(__file__).resolve().parents[3]
_FACTORY: list[pytest.TempPathFactory] = []


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings of their own for one test; what the process had cached is forgotten before and after."""
    monkeypatch.setenv("ECHOES_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ECHOES_CLIP_SECONDS", "1.0")
    monkeypatch.setenv("ECHOES_PREPARE_LOAD", "0")  # Tests of it turn it on.
    forget()
    yield tmp_path
    forget()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables, no rows: made once and copied, because the job engine's tables take their time."""

    def make(folder: Path) -> None:
        with _settings({"ECHOES_DATA_DIR": str(folder)}):
            SQLModel.metadata.create_all(get_database().engine)
            stamp(get_database())
            prepare_engine_tables()

    return made_once(tmp_path_factory, "empty-database", make) / "echoes.db"


@pytest.fixture
def database(empty_database: Path, data_dir: Path) -> Database:
    shutil.copy(empty_database, data_dir)
    return get_database()


@pytest.fixture
def new_user(database: Database) -> NewUser:
    def create(name: str) -> UUID:
        with database.unscoped() as session:
            user = User(issuer="local", subject=name.casefold(), name=name)
            session.add(user)
        return user.id

    return create


@pytest.fixture
def anna(new_user: NewUser) -> UUID:
    return new_user("Anna")


@pytest.fixture
def stranger(new_user: NewUser) -> UUID:
    return new_user("Stranger")


def stamp(database: Database) -> None:
    """As after all migrations, which are proved to make the same tables (`make migrations-agree`)."""
    with database.engine.begin() as connection:
        VERSION.create(connection)
        connection.execute(VERSION.insert(), [{"version_num": head} for head in our_heads()])


def migrate(settings: Mapping[str, str]) -> None:
    """`make migrate` with these settings; in this process, which has imported all that it needs.

    In a run of pytest a new SQLite file is a copy of the one migrated first; benchmarks migrate each.
    """
    with _settings(settings):
        path = _new_file()
    if path and _FACTORY:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made_once(_FACTORY[0], "migrated", _migrated) / "echoes.db", path)
    with _settings(settings):
        command.upgrade(Config(ROOT / "alembic.ini"), "head")


def _new_file() -> Path | None:
    """Of SQLite, by the settings, if it is not there yet."""
    url = make_url(get_settings().database_url)
    path = Path(url.database or "")
    return path if url.get_backend_name() == "sqlite" and not path.exists() else None


@pytest.fixture(scope="session", autouse=True)
def shared_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Lets `migrate` find what other workers have migrated."""
    _FACTORY[:] = [tmp_path_factory]


def _migrated(folder: Path) -> None:
    ours = {"ECHOES_DATA_DIR": str(folder), "ECHOES_DATABASE_URL": "", "ECHOES_ENV_FILE": ""}
    with _settings(ours):
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        prepare_engine_tables()


@contextmanager
def _settings(settings: Mapping[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        forget()
        yield
        forget()


def forget() -> None:
    """Every cache that hangs on the settings."""
    from echoes.mail.base import get_mailer
    from echoes.processes.compiler import get_compiler
    from echoes.rate_limits.limiter import get_rate_limiter
    from echoes.storage import get_storage

    if get_database.cache_info().currsize:
        get_database().dispose()
    for cached in (get_settings, get_database, get_storage, get_compiler, get_rate_limiter, get_mailer):
        cached.cache_clear()
