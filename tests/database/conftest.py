"""Databases that many tests share: each test brings people of its own, and nobody sees another's rows."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import User, new_id
from tests.support.databases.fresh import NewUser
from tests.support.databases.postgres import another_database


@pytest.fixture(scope="session")
def walled(migrated_postgres: str, postgres: str) -> Iterator[Database]:
    """PostgreSQL with the third wall. Not the one of the settings."""
    opened = another_database(postgres, migrated_postgres)
    yield opened
    opened.dispose()


@pytest.fixture
def new_user(database: Database) -> NewUser:
    def create(name: str) -> UUID:
        with database.unscoped() as session:
            user = User(issuer="local", subject=str(new_id()), name=name)
            session.add(user)
        return user.id

    return create
