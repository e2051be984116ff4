"""A film that nobody has named is titled by the dates of its photos, until somebody names it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Project, Upload, UploadKind
from echoes.photos.removal import remove_several
from echoes.projects import service
from echoes.projects.naming import name_by_dates
from tests.support.databases.rows import add_photo


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.acting_as(anna) as session:
        return service.begin(session)


def photo_of(database: Database, project: Project, taken_at: datetime | None) -> UUID:
    """As its upload ends."""
    with database.acting_as(project.owner_id) as session:
        photo = add_photo(session, project, f"{taken_at}.jpg")
        photo.taken_at = taken_at
        session.flush()
        name_by_dates(session, project.id)
        return photo.id


def row(database: Database, project: Project) -> Project:
    with database.reading() as session:
        return session.get_one(Project, project.id)


def titles(database: Database, project: Project) -> tuple[str, str]:
    found = row(database, project)
    return found.title, found.opening_text


def test_the_title_and_the_words_in_front_follow_the_dates(database: Database, project: Project) -> None:
    assert titles(database, project) == (service.DEFAULT_TITLE, "")
    photo_of(database, project, None)
    assert titles(database, project) == (service.DEFAULT_TITLE, "")
    photo_of(database, project, datetime(1987, 7, 12, tzinfo=UTC))
    assert titles(database, project) == ("12 July 1987", "12 July 1987")
    late = photo_of(database, project, datetime(1987, 8, 2, tzinfo=UTC))
    assert titles(database, project) == ("July – August 1987", "July – August 1987")
    with database.acting_as(project.owner_id) as session:
        remove_several(session, project.id, [late])
    assert titles(database, project) == ("12 July 1987", "12 July 1987")


def test_a_name_that_a_person_gave_stays(database: Database, project: Project) -> None:
    photo_of(database, project, datetime(1987, 7, 12, tzinfo=UTC))
    with database.acting_as(project.owner_id) as session:
        service.rename(session, project.id, "At the lake")
    photo_of(database, project, datetime(1991, 7, 12, tzinfo=UTC))
    assert titles(database, project) == ("At the lake", "At the lake")


def test_words_that_were_taken_from_the_front_stay_away(database: Database, project: Project) -> None:
    photo_of(database, project, datetime(1987, 7, 12, tzinfo=UTC))
    with database.acting_as(project.owner_id) as session:
        service.get(session, project.id).opening_text = ""
    photo_of(database, project, datetime(1991, 7, 12, tzinfo=UTC))
    assert titles(database, project) == ("1987 – 1991", "")


def test_asking_twice_for_a_new_film_begins_one(
    database: Database, project: Project, anna: UUID, stranger: UUID
) -> None:
    with database.acting_as(anna) as session:
        assert service.begin(session).id == project.id
    with database.acting_as(stranger) as session:
        assert service.begin(session).id != project.id


def test_one_that_was_only_opened_is_not_among_the_films(
    database: Database, project: Project, anna: UUID
) -> None:
    with database.reading_as(anna) as session:
        assert service.list_projects(session) == []
    photo_id = photo_of(database, project, datetime(1987, 7, 12, tzinfo=UTC))
    with database.acting_as(anna) as session:
        assert [one.id for one in service.list_projects(session)] == [project.id]
        remove_several(session, project.id, [photo_id])
    with database.reading_as(anna) as session:
        assert service.list_projects(session), "its photo can still come back"


@pytest.mark.parametrize("what", ["name", "words", "photo", "upload"])
def test_a_film_with_anything_of_its_own_is_not_begun_again(
    database: Database, project: Project, anna: UUID, what: str
) -> None:
    with database.acting_as(anna) as session:
        if what == "name":
            service.rename(session, project.id, "At the lake")
        elif what == "words":
            service.get(session, project.id).end_text = "For Rosa"
        elif what == "photo":
            add_photo(session, project)
        else:
            kind = UploadKind.PHOTO
            session.add(
                Upload(owner_id=anna, project_id=project.id, kind=kind, filename="b.jpg", size_bytes=9)
            )
    with database.acting_as(anna) as session:
        assert service.begin(session).id != project.id
