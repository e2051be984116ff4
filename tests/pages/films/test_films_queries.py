"""A film is opened at the step where its owner left off."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import JobStatus
from echoes.pages.films.queries import film_cards
from tests.support.databases.rows import add_photo, add_project, add_take, add_video


@pytest.mark.parametrize("step", ["photos", "clips", "arrange", "film"])
def test_a_film_opens_at_its_furthest_step(database: Database, anna: UUID, step: str) -> None:
    with database.unscoped() as session:
        project = add_project(session, anna)
        photo = add_photo(session, project)
        if step == "clips":
            add_take(session, photo, JobStatus.RUNNING)
        if step in ("arrange", "film"):
            add_take(session, photo, approved=True)
        if step == "film":
            add_video(session, project)
    with database.reading_as(anna) as session:
        (card,) = film_cards(session)
    assert card.address == f"/project/{project.id}/{step}"
