"""The app's database as migrations make it, with what they forbid: on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from echoes.database import Database, get_database
from echoes.models import User
from echoes.settings import get_settings

ROOT = Path(__file__).parents[2]
Join = Callable[..., UUID]


def migrate(url: str) -> None:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "heads")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "echoes.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes copies of a database that was migrated once."""
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")

    def make(name: str, template: str) -> str:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return postgres.replace("/postgres?", f"/{name}?")

    migrate(make("migrated", "template1"))
    yield lambda: make(f"books_{uuid4().hex}", "migrated")
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def books(
    request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), data_dir)
    else:
        monkeypatch.setenv("ECHOES_DATABASE_URL", request.getfixturevalue("migrated_postgres")())
    get_settings.cache_clear()
    get_database.cache_clear()
    yield get_database()
    get_database().dispose()


@pytest.fixture
def join(books: Database) -> Join:
    """Somebody new, who was given no credits yet."""

    def create(name: str = "Anna", **facts: Any) -> UUID:
        user = User(issuer="local", subject=name.casefold(), name=name, **facts)
        with books.unscoped() as session:
            session.add(user)
        return user.id

    return create
