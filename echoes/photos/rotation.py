"""Rotate a photo by quarter turns: its files anew under new keys, its row by one change.

The thumbnail and the master are encoded in a child process. Of two turns at the same moment, in two tabs or
on two machines, none is lost: each is made on top of what is there when it is written, or once more.

A rotation is never refused for want of room: the new files may be a little larger than those before, and so
take a person past the room that they have. To set a photo upright must always be possible.
"""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from echoes.database import UserSession, after_commit, get_database
from echoes.database.revisions import touch
from echoes.errors import BadPicture, NotFound, Refused, brief
from echoes.models import Photo
from echoes.photos import sandbox_runner
from echoes.projects.service import lock as lock_project
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from echoes.storage import delete_unnamed, get_storage, new_key
from echoes.storage.disk import full_or_read_only_disk_in_words

AT_ONCE = 2
"""In this process. A person's own come one after another, so that they keep one place at most."""
QUARTERS = 4
TRIES = 20
TIMEOUT = 60
MODULE = "echoes.photos.decoding.rotating"
OVERTAKEN = "This photo is also being rotated somewhere else. Please check it again."

FAILURES = {
    "damaged": "This photo is damaged, so we could not rotate it. Please upload it again.",
    "too_slow": "Rotating this photo took too long. Please try again in a moment.",
}
"""By the reason that `process.run_sandboxed` gives."""

logger = logging.getLogger(__name__)
_queues: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True)
class Before:
    """A photo as it is read, before it is rotated."""

    id: UUID
    owner_id: UUID
    project_id: UUID
    master_key: str


@dataclass(frozen=True)
class Rotated:
    """Files of a photo after a quarter turn."""

    master: Path
    thumbnail: Path
    width: int
    height: int


async def rotate(user_id: UUID, photo_id: UUID) -> None:
    """By a quarter turn clockwise. Raises NotFound, TooOften, BadPicture or StorageFull."""
    limiter = get_rate_limiter()
    await asyncio.to_thread(limiter.count, limiter.limits.rotation, str(user_id))
    queue = _queues.setdefault(user_id, asyncio.Lock())
    async with queue:
        await asyncio.get_running_loop().run_in_executor(_places(), _rotate, user_id, photo_id)


@cache
def _places() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rotation")


def _rotate(user_id: UUID, photo_id: UUID) -> None:
    for _ in range(TRIES):
        before = _read(user_id, photo_id)
        try:
            with _rotated(before) as files:
                if _keep(before, files):
                    return
        except (NotFound, FileNotFoundError):
            # Its file has gone with the turn that somebody else made of it, or it is really missing.
            if _read(user_id, photo_id) == before:
                raise
    raise Refused(OVERTAKEN)


def _read(user_id: UUID, photo_id: UUID) -> Before:
    with get_database().reading_as(user_id) as session:
        photo = _get(session, photo_id)
        return Before(photo.id, photo.owner_id, photo.project_id, photo.master_key)


def _get(session: UserSession, photo_id: UUID) -> Photo:
    if (photo := session.get(Photo, photo_id)) is None:
        raise NotFound
    return photo


@contextmanager
def _rotated(before: Before) -> Iterator[Rotated]:
    work = get_settings().work_dir
    with full_or_read_only_disk_in_words():
        work.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=work, prefix="rotating-") as folder,
            get_storage().local_path(before.master_key) as master,
        ):
            rotated, thumbnail = Path(folder) / "master.jpg", Path(folder) / "thumbnail.webp"
            paths = {"master": str(master), "rotated": str(rotated), "thumbnail": str(thumbnail)}
            facts = _run({**paths, "thumbnail_side": get_settings().thumbnail_side})
            yield Rotated(rotated, thumbnail, facts["width"], facts["height"])


def _run(request: dict[str, Any]) -> dict[str, Any]:
    answer = sandbox_runner.run_sandboxed(MODULE, request, TIMEOUT)
    if "errno" in answer:
        raise OSError(answer["errno"], answer["cause"])
    if reason := answer.get("unusable"):
        logger.warning("could not rotate a photo: %s, %s", reason, brief(answer.get("cause")))
        raise BadPicture(FAILURES[reason])
    return answer


def _keep(before: Before, files: Rotated) -> bool:
    """False when the photo is another one by now: then nothing was changed."""
    storage, size_bytes = get_storage(), files.master.stat().st_size
    keys = new_key(before.owner_id, "photos", "jpg"), new_key(before.owner_id, "thumbnails", "webp")
    is_kept = False
    try:
        storage.put(keys[0], files.master)
        storage.put(keys[1], files.thumbnail)
        with get_database().acting_as(before.owner_id) as session:
            is_written = _write(session, before, files, keys, size_bytes)
        is_kept = is_written  # Not before the commit.
    finally:
        if not is_kept:
            delete_unnamed(keys)
    return is_kept


def _write(
    session: UserSession, before: Before, files: Rotated, keys: tuple[str, str], size_bytes: int
) -> bool:
    lock_project(session, before.project_id)
    photo = _get(session, before.id)
    if photo.master_key != before.master_key:
        return False
    earlier = photo.master_key, photo.thumbnail_key
    photo.master_key, photo.thumbnail_key = keys
    photo.width, photo.height, photo.size_bytes = files.width, files.height, size_bytes
    photo.rotation = (photo.rotation + 1) % QUARTERS
    photo.fingerprint = photo.sharpness = photo.subject = None
    if photo.focus_x is not None and photo.focus_y is not None:
        photo.focus_x, photo.focus_y = 1 - photo.focus_y, photo.focus_x
    touch(session, photo.project_id)
    after_commit(session, lambda: get_storage().delete(earlier))
    return True
