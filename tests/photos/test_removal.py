"""Several photos removed at once, and brought back; asked as the owner, as a stranger, and twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from echoes import operator_settings
from echoes.database import Database, UserSession
from echoes.errors import NotFound, Refused
from echoes.models import (
    Clip,
    JobStatus,
    Photo,
    Project,
    Removal,
    RemovedFile,
    Take,
    Upload,
    UploadKind,
    now,
)
from echoes.operator_settings import Allowances
from echoes.photos import removal
from echoes.photos.service import list_photos
from echoes.projects import service as projects
from echoes.projects.removals import forget_removed
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.storage.references import named_files
from echoes.uploads.quota import Full, require_room, usage
from tests.support.databases.rows import add_photo, add_project, add_take


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        made = [add_photo(session, project, f"{number}.jpg") for number in range(4)]
        made[1].taken_at, made[1].rotation = datetime(1987, 7, 3, tzinfo=UTC), 2
        return made


def there(database: Database, project: Project) -> list[UUID]:
    with database.reading_as(project.owner_id) as session:
        return [photo.id for photo in list_photos(session, project.id)]


def remove(database: Database, project: Project, photos: list[Photo]) -> UUID:
    with database.acting_as(project.owner_id) as session:
        return removal.remove_several(session, project.id, [photo.id for photo in photos])


def bring_back(database: Database, project: Project, removal_id: UUID) -> None:
    with database.acting_as(project.owner_id) as session:
        removal.bring_back(session, project.id, removal_id)


def store(key: str, folder: Path) -> None:
    file = folder / "source"
    file.write_bytes(b"light")
    get_storage().put(key, file)


def test_they_come_back_as_they_were(database: Database, project: Project, photos: list[Photo]) -> None:
    everything = [photo.id for photo in photos]
    removal_id = remove(database, project, photos[1:3])
    assert there(database, project) == [everything[0], everything[3]]
    bring_back(database, project, removal_id)
    assert there(database, project) == everything
    with database.reading() as session:
        assert session.get_one(Photo, everything[1]).model_dump() == photos[1].model_dump()
        assert [*session.exec(select(Removal)), *session.exec(select(RemovedFile))] == []


def test_one_with_a_clip_comes_back_with_it(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        take = add_take(session, photos[0], JobStatus.SUCCEEDED, approved=True)
        again = Clip(
            owner_id=project.owner_id, project_id=project.id, photo_id=photos[0].id, position=7,
            copy_of_id=take.clip_id, approved_take_id=take.id, caption="Once more",
        )  # fmt: skip
        session.add(again)
        session.flush()
        whole = [row.model_dump() for row in (session.get_one(Clip, take.clip_id), again, take)]
    removal_id = remove(database, project, photos[:2])
    with database.reading() as session:
        assert [*session.exec(select(Clip)), *session.exec(select(Take))] == []
        assert take.video_key in named_files(session), "cleanup leaves it"
    bring_back(database, project, removal_id)
    assert there(database, project) == [photo.id for photo in photos]
    with database.reading() as session:
        clips = [session.get_one(Clip, clip_id) for clip_id in (take.clip_id, again.id)]
        rows = [*clips, session.get_one(Take, take.id)]
        assert [row.model_dump() for row in rows] == whole


def test_their_files_stay_as_long_as_they_can_come_back(
    database: Database, project: Project, photos: list[Photo], tmp_path: Path
) -> None:
    with database.unscoped() as session:
        keys = [photos[0].master_key, add_take(session, photos[0]).video_key or ""]
    for key in keys:
        store(key, tmp_path)
    removal_id = remove(database, project, photos[:1])
    for before, is_there in ((now() - timedelta(hours=1), True), (now(), False)):
        with database.unscoped() as session:
            forget_removed(session, before)
        assert [get_storage().exists(key) for key in keys] == [is_there] * 2
    with pytest.raises(NotFound, match="gone for good"):
        bring_back(database, project, removal_id)


def test_twice_is_once(database: Database, project: Project, photos: list[Photo]) -> None:
    removal_id = remove(database, project, photos[:1])
    with pytest.raises(NotFound):
        remove(database, project, photos[:1])
    bring_back(database, project, removal_id)
    with pytest.raises(NotFound):
        bring_back(database, project, removal_id)
    assert len(there(database, project)) == 4


def test_removing_forgets_the_upload_so_that_the_file_can_be_sent_again(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    upload = Upload(
        id=photos[0].id, owner_id=project.owner_id, project_id=project.id, kind=UploadKind.PHOTO,
        filename="0.jpg", size_bytes=9,
    )  # fmt: skip
    with database.unscoped() as session:
        session.add(upload)
    remove(database, project, photos[:1])
    with database.unscoped() as session:
        assert session.get(Upload, photos[0].id) is None


def test_they_make_way_for_what_is_sent(database: Database, project: Project, photos: list[Photo]) -> None:
    narrow = get_settings().model_copy(update={"max_bytes_per_user": 4000})
    with pytest.raises(Full), database.acting_as(project.owner_id) as session:
        require_room(session, narrow, 500)
    remove(database, project, photos[:1])
    with database.acting_as(project.owner_id) as session:
        assert usage(session).total == 4000, "what can come back counts"
        require_room(session, narrow, 500)
    with database.reading() as session:
        assert session.exec(select(Removal)).all() == []


def test_what_can_come_back_counts_as_what_it_was(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        take = add_take(session, photos[0])
        session.exec(update(Take).where(col(Take.id) == take.id).values(size_bytes=70))
    with database.reading_as(project.owner_id) as session:
        before = usage(session)
    remove(database, project, photos[:1])
    with database.reading_as(project.owner_id) as session:
        assert usage(session) == before


def test_a_full_film_takes_none_back(
    database: Database, project: Project, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    removal_id = remove(database, project, photos[:2])
    narrow = get_settings().model_copy(update={"max_photos_per_project": 3})
    monkeypatch.setattr(removal, "get_settings", lambda: narrow)
    with pytest.raises(Refused):
        bring_back(database, project, removal_id)
    assert len(there(database, project)) == 2


def test_who_has_as_many_photos_as_operators_allow_brings_none_back(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    removal_id = remove(database, project, photos[:2])
    let_each_keep(database, len(photos) - 1)
    with (
        pytest.raises(Refused, match="You can keep up to"),
        database.acting_as(project.owner_id) as session,
    ):
        removal.bring_back(session, project.id, removal_id)
    let_each_keep(database, len(photos))
    with database.acting_as(project.owner_id) as session:
        removal.bring_back(session, project.id, removal_id)
    assert len(there(database, project)) == len(photos)


def let_each_keep(database: Database, photos: int) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Allowances(photos=photos), None)


def test_a_deleted_film_takes_their_files_along(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    remove(database, project, photos[:1])
    with database.reading_as(project.owner_id) as session:
        assert photos[0].master_key in projects.file_keys(session, project.id)


OPERATIONS: dict[str, Callable[[UserSession, Project, list[UUID], UUID], Any]] = {
    "remove": lambda session, project, photos, _: removal.remove_several(session, project.id, photos),
    "bring back": lambda session, project, _, kept: removal.bring_back(session, project.id, kept),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_reaches_none(
    database: Database,
    project: Project,
    photos: list[Photo],
    stranger: UUID,
    operation: Callable[[UserSession, Project, list[UUID], UUID], Any],
) -> None:
    kept = remove(database, project, photos[:1])
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, project, [photo.id for photo in photos], kept)
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        own = add_project(session, stranger)
        removal.bring_back(session, own.id, kept)
    assert len(there(database, project)) == 3


def test_photos_of_another_film_are_not_reached_through_this_one(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        other = add_project(session, project.owner_id, "Another")
    with pytest.raises(NotFound), database.acting_as(project.owner_id) as session:
        removal.remove_several(session, other.id, [photos[0].id])
    assert len(there(database, project)) == 4
    removal_id = remove(database, project, photos[:1])
    with pytest.raises(NotFound), database.acting_as(project.owner_id) as session:
        removal.bring_back(session, other.id, removal_id)
