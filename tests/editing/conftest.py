"""A project of three clips that are in the film."""

import pytest

from echoes.database import Database
from echoes.models import Project, Take
from tests.support.databases.rows import add_photo, add_take


@pytest.fixture
def takes(database: Database, project: Project) -> list[Take]:
    with database.unscoped() as session:
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(3)]
        return [add_take(session, photo, approved=True) for photo in photos]
