"""A project of three clips that are in the film."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Project, Take
from tests.support.rows import add_photo, add_project, add_take


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        return add_project(session, anna)


@pytest.fixture
def takes(database: Database, project: Project) -> list[Take]:
    with database.unscoped() as session:
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(3)]
        return [add_take(session, photo, approved=True) for photo in photos]
