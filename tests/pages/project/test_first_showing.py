"""A film that was made just now is shown with its moment of light; one from before is simply there."""

from datetime import timedelta

import pytest

from echoes.database import Database
from echoes.models import Project, now
from echoes.pages.project.film.queries import NEW_SECONDS
from tests.pages.project.test_film_sizes import add_film, read


@pytest.mark.parametrize(("ago", "is_new"), [(0.0, True), (NEW_SECONDS + 1, False)])
def test_it_is_new_for_those_who_waited_for_it(
    database: Database, project: Project, ago: float, is_new: bool
) -> None:
    add_film(database, project, ended_at=now() - timedelta(seconds=ago))
    assert read(database, project).current.is_new is is_new


def test_earlier_films_are_not(database: Database, project: Project) -> None:
    for _ in range(2):
        add_film(database, project)
    assert [film.is_new for film in read(database, project).earlier] == [False]
