"""Photos are moved, several at once; what comes later stands behind them."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import Photo, Project, new_id
from echoes.photos import arranging
from echoes.photos.service import list_photos
from tests.support.databases.rows import add_photo


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(5)]


def order(database: Database, project: Project) -> str:
    with database.reading_as(project.owner_id) as session:
        return "".join(photo.filename[0] for photo in list_photos(session, project.id))


@pytest.mark.parametrize(
    ("chosen", "before", "after"),
    [([3, 1], 0, "13024"), ([0, 2], None, "13402"), ([4], 2, "01423"), ([0], 1, "01234")],
    ids=["to the beginning", "to the end", "between", "where they are"],
)
def test_they_stand_together_in_the_order_that_they_had(
    database: Database,
    project: Project,
    photos: list[Photo],
    chosen: list[int],
    before: int | None,
    after: str,
) -> None:
    with database.acting_as(project.owner_id) as session:
        place = None if before is None else photos[before].id
        arranging.move(session, project.id, [photos[number].id for number in chosen], place)
    assert order(database, project) == after


def test_a_photo_that_has_gone_moves_nothing(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    for chosen, before in (([new_id()], None), ([photos[0].id], new_id()), ([photos[0].id], photos[0].id)):
        with pytest.raises(NotFound), database.acting_as(project.owner_id) as session:
            arranging.move(session, project.id, chosen, before)
    assert order(database, project) == "01234"


def test_a_stranger_moves_none(
    database: Database, project: Project, photos: list[Photo], stranger: UUID
) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        arranging.move(session, project.id, [photos[4].id], photos[0].id)
    assert order(database, project) == "01234"
