"""The app's database as migrations make it, with what they forbid: on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config

from echoes.database import Database, get_database
from echoes.models import User
from tests.support.once import made_once

ON_SQLITE = pytest.mark.parametrize("books", ["sqlite"], indirect=True)
"""For rules that no database has a part in."""
ROOT = Path(__file__).parents[3]
Join = Callable[..., UUID]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        config = Config(ROOT / "alembic.ini")
        config.set_main_option("sqlalchemy.url", f"sqlite:///{folder / 'echoes.db'}")
        command.upgrade(config, "head")

    return made_once(tmp_path_factory, "migrated-tables", make) / "echoes.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, data_dir: Path) -> Database:
    if request.param == "postgresql":
        database: Database = request.getfixturevalue("postgres_database")
        return database
    shutil.copy(request.getfixturevalue("migrated_sqlite"), data_dir)
    return get_database()


@pytest.fixture
def join(books: Database) -> Join:
    """Somebody new, who was given no credits yet."""

    def create(name: str = "Anna", **facts: Any) -> UUID:
        user = User(issuer="local", subject=name.casefold(), name=name, **facts)
        with books.unscoped() as session:
            session.add(user)
        return user.id

    return create
