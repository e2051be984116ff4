"""Storage quota: what counts against a person's room, and what is said when it is full."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.database import Database
from echoes.models import Photo, Project, Take, Upload, UploadKind, Video
from echoes.operator_settings import Allowances
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import MEGABYTE, get_settings
from echoes.text.formatting import limit_in_words
from echoes.uploads.service import usage
from tests.photos.pictures import encoded, quarters
from tests.support.databases.rows import add_photo, add_project, add_take, add_track, add_video
from tests.uploads.client import Uploader, sentence

pytestmark = pytest.mark.slow

FULL = "Your 1 MB of space is full. Delete films, clips or photos you no longer need to make room."


@pytest.fixture
def one_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_MAX_BYTES_PER_USER", str(MEGABYTE))
    get_settings.cache_clear()


def with_everything(database: Database, owner: UUID) -> Project:
    """Of each kind one, and each of another size."""
    with database.unscoped() as session:
        project = add_project(session, owner)
        photo = add_photo(session, project)
        photo.size_bytes = 1
        add_take(session, photo).size_bytes = 20
        add_video(session, project).size_bytes = 300
        add_track(session, owner).size_bytes = 4000
    return project


def test_photographs_clips_films_music_and_uploads_under_way_count(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    project = with_everything(database, anna)
    with_everything(database, stranger)
    with database.unscoped() as session:
        add_track(session, owner=None)
        session.add(
            Upload(
                owner_id=anna, project_id=project.id, kind=UploadKind.PHOTO, filename="b", size_bytes=50_000
            )
        )
    with database.reading_as(anna) as session:
        found = usage(session)
    assert (found.photos, found.clips, found.films, found.music, found.under_way) == (
        1,
        20,
        300,
        4000,
        50_000,
    )
    assert found.total == 54_321


def test_a_photograph_that_has_come_counts_once(
    owner: Uploader, project: Project, database: Database, anna: UUID
) -> None:
    assert owner.upload(project.id, encoded(quarters((64, 64)), "JPEG")).status_code == 200
    with database.reading_as(anna) as session:
        assert usage(session).total == session.exec(select(Photo.size_bytes)).one()


@pytest.mark.usefixtures("one_megabyte")
def test_what_does_not_fit_is_refused_before_it_is_sent(owner: Uploader, project: Project) -> None:
    owner.begun(project.id, MEGABYTE - 10)
    answer = owner.begin(project.id, 11)
    assert (answer.status_code, sentence(answer)) == (413, FULL)
    assert owner.begin(project.id, 10).status_code == 201


@pytest.mark.usefixtures("one_megabyte")
def test_what_is_larger_than_all_the_room_is_refused_as_too_large(owner: Uploader, project: Project) -> None:
    answer = owner.begin(project.id, MEGABYTE + 1)
    assert sentence(answer) == "“beach.jpg” is too large: a photo can be up to 1 MB."


@pytest.mark.usefixtures("one_megabyte")
def test_a_file_waits_when_clips_have_filled_the_room_meanwhile(
    owner: Uploader, project: Project, database: Database, anna: UUID
) -> None:
    picture = encoded(quarters((64, 64)), "JPEG")
    path = owner.begun(project.id, len(picture))
    with database.unscoped() as session:
        take = add_take(session, add_photo(session, project))
        take.size_bytes = MEGABYTE
        video = add_video(session, project)
        video.size_bytes = MEGABYTE
    answer = owner.append(path, 0, picture)
    assert (answer.status_code, sentence(answer)) == (413, FULL)
    with database.unscoped() as session:
        session.delete(session.get_one(Take, take.id))
        session.delete(session.get_one(Video, video.id))
    offset = owner.offset(path)
    assert owner.append(path, offset, picture[offset:]).status_code == 200


def test_too_many_files_at_once_are_told_when_to_come_again(
    owner: Uploader, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_UPLOADS_PER_MINUTE", "2")
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()
    answers = [owner.begin(project.id, 10) for _ in range(3)]
    get_rate_limiter.cache_clear()
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert sentence(answers[2]) == "That is a lot of files at once. Please try again in a minute."
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("size", "words"), [(20 * 1024 * MEGABYTE, "20 GB"), (1536 * MEGABYTE, "1.5 GB"), (5 * MEGABYTE, "5 MB")]
)
def test_room_is_said_in_words(size: int, words: str) -> None:
    assert limit_in_words(size) == words


def test_operators_say_how_many_photos_one_person_may_keep(
    owner: Uploader, project: Project, database: Database
) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Allowances(photos=2), None)
        add_photo(session, project)
    assert owner.begin(project.id, 10).status_code == 201
    refused = owner.begin(project.id, 10)
    assert refused.status_code == 403
    assert "You can keep up to 2 photos here" in refused.text
