"""How many clips one person may ask for in an hour: with a sentence, and with nothing half ordered."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.clips import service
from echoes.database import Database
from echoes.errors import TooOften
from echoes.models import Photo, Take
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from tests.support.databases.rows import add_photo, add_project


@pytest.fixture
def photos(database: Database, anna: UUID) -> list[Photo]:
    with database.unscoped() as session:
        project = add_project(session, anna)
        return [add_photo(session, project, f"{number}.jpg") for number in range(4)]


@pytest.fixture(autouse=True)
def three_an_hour(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ECHOES_TAKES_PER_HOUR", "3")
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()
    yield
    get_rate_limiter.cache_clear()


def test_those_that_would_be_too_many_are_refused_together(
    database: Database, anna: UUID, photos: list[Photo]
) -> None:
    with pytest.raises(TooOften, match="a lot of clips for one hour"), database.acting_as(anna) as session:
        service.animate_all(session, photos[0].project_id)
    with database.acting_as(anna) as session:
        assert len(service.animate_many(session, photos[0].project_id, [p.id for p in photos[:3]])) == 3
    with pytest.raises(TooOften), database.acting_as(anna) as session:
        service.animate(session, photos[3].id, "rise")
    with database.reading_as(anna) as session:
        assert len(session.exec(select(Take)).all()) == 3
