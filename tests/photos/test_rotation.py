"""Rotating a photo of one's own: files under new keys, and one turn for each tap, whoever taps besides."""

import asyncio
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from echoes.database import Database
from echoes.errors import BadPicture, NotFound, StorageFull, TooOften
from echoes.models import Photo, Project
from echoes.photos import removal, rotation
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from echoes.storage import get_storage
from tests.photos.conftest import StandIn
from tests.support.jobs.making import named_files, stored_files

pytestmark = pytest.mark.slow


def reread(database: Database, photo: Photo) -> Photo:
    with database.reading_as(photo.owner_id) as session:
        return session.get_one(Photo, photo.id)


async def test_the_files_are_new_and_the_row_says_so(database: Database, photos: list[Photo]) -> None:
    before = photos[0]
    await rotation.rotate(before.owner_id, before.id)
    after = reread(database, before)
    assert (after.width, after.height, after.rotation) == (before.height, before.width, 1)
    assert len({before.master_key, after.master_key, after.thumbnail_key}) == 3, "caches know the old ones"
    assert stored_files() == named_files(), "the old files are gone"
    with get_storage().local_path(after.master_key) as master, Image.open(master) as image:
        assert (image.size, master.stat().st_size) == ((after.width, after.height), after.size_bytes)
    with get_storage().local_path(after.thumbnail_key) as path, Image.open(path) as image:
        assert (image.format, max(image.size)) == ("WEBP", get_settings().thumbnail_side)
    with database.reading_as(before.owner_id) as session:
        assert session.get_one(Project, before.project_id).revision == 1, "other tabs are told"
    assert list(get_settings().work_dir.iterdir()) == []


async def test_taps_that_come_at_once_are_as_many_turns(database: Database, photos: list[Photo]) -> None:
    photo = photos[0]
    await asyncio.gather(*(rotation.rotate(photo.owner_id, photo.id) for _ in range(3)))
    assert reread(database, photo).rotation == 3
    await rotation.rotate(photo.owner_id, photo.id)
    after = reread(database, photo)
    assert (after.rotation, after.width, after.height) == (0, photo.width, photo.height)
    assert stored_files() == named_files()


async def test_two_machines_at_the_same_moment_are_two_turns(
    database: Database, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is done while this one is at it: neither of the two turns is lost, nor made of both."""
    photo, run = photos[0], rotation._run

    def overtaken(request: dict[str, Any]) -> dict[str, Any]:
        monkeypatch.setattr(rotation, "_run", run)
        answer = run(request)
        other = Thread(target=rotation._rotate, args=(photo.owner_id, photo.id))
        other.start()
        other.join()
        return answer

    monkeypatch.setattr(rotation, "_run", overtaken)
    await rotation.rotate(photo.owner_id, photo.id)
    after = reread(database, photo)
    assert (after.rotation, after.width, after.height) == (2, photo.width, photo.height)
    assert stored_files() == named_files()


async def test_a_photo_that_is_removed_meanwhile_leaves_nothing(
    database: Database, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, run = photos[0], rotation._run

    def removed(request: dict[str, Any]) -> dict[str, Any]:
        answer = run(request)
        with database.acting_as(photo.owner_id) as session:
            removal.remove_several(session, photo.project_id, [photo.id])
        return answer

    monkeypatch.setattr(rotation, "_run", removed)
    with pytest.raises(NotFound):
        await rotation.rotate(photo.owner_id, photo.id)
    kept = {photo.master_key, photo.thumbnail_key}
    assert named_files() == {photos[1].master_key}
    assert stored_files() - kept == named_files(), "what was removed can come back, and nothing else is left"


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("import os; os.abort()", BadPicture),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", BadPicture),
        ("raise SystemExit(3)", RuntimeError),
        ('import errno; print(\'{"errno": %d, "cause": "no room"}\' % errno.ENOSPC)', StorageFull),
    ],
)
async def test_what_fails_changes_nothing(
    database: Database, photos: list[Photo], stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, code: str,
    raised: type[Exception],
) -> None:  # fmt: skip
    photo, before = photos[0], stored_files()
    monkeypatch.setattr(rotation, "MODULE", stand_in(code))
    with pytest.raises(raised):
        await rotation.rotate(photo.owner_id, photo.id)
    assert reread(database, photo).model_dump() == photo.model_dump()
    assert stored_files() == before
    assert list(get_settings().work_dir.iterdir()) == []


async def test_a_file_that_is_missing_is_not_looked_for_for_ever(
    database: Database, photos: list[Photo]
) -> None:
    get_storage().delete([photos[0].master_key])
    with pytest.raises(NotFound):
        await rotation.rotate(photos[0].owner_id, photos[0].id)


async def test_a_stranger_rotates_nothing(database: Database, photos: list[Photo], stranger: UUID) -> None:
    with pytest.raises(NotFound):
        await rotation.rotate(stranger, photos[0].id)
    assert reread(database, photos[0]).rotation == 0


async def test_who_never_stops_is_asked_to_wait(photos: list[Photo], anna: UUID) -> None:
    limiter = get_rate_limiter()
    limiter.count(limiter.limits.rotation, str(anna), rotation_limit())
    with pytest.raises(TooOften, match="a lot of rotating"):
        await rotation.rotate(anna, photos[0].id)


def rotation_limit() -> int:
    return get_rate_limiter().limits.rotation.item.amount
