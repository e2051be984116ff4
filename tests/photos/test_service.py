"""Photos of a project: what their owner may do, and that nobody else can."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Photo, Project
from echoes.photos import service
from tests.support.databases.rows import add_photo, add_project


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return add_project(session, anna)


@pytest.fixture
def photo(database: Database, project: Project) -> Photo:
    with database.acting_as(project.owner_id) as session:
        return add_photo(session, project)


def test_photos_come_in_the_order_in_which_they_were_chosen(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        first, second = (add_photo(session, project, name) for name in ("z.jpg", "a.jpg"))
        assert service.list_photos(session, project.id) == [first, second]


def test_a_stranger_sees_no_photos(database: Database, photo: Photo, stranger: UUID) -> None:
    with database.reading_as(stranger) as session:
        assert service.list_photos(session, photo.project_id) == []
