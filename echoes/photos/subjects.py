"""Subjects of photos: looked for in thumbnails, once, so that pages show how they will be framed."""

from collections.abc import Sequence
from contextlib import ExitStack
from threading import Lock
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from echoes.database import get_database
from echoes.database.revisions import touch
from echoes.errors import NotFound
from echoes.models import Photo
from echoes.photos import sandbox_runner
from echoes.storage import get_storage

MODULE = "echoes.photos.decoding.subjects"
AT_ONCE = 25
"""Photos in one process, which takes a third of a second to start and a tenth for each."""
TIMEOUT = 60
NOT_FOUND: dict[str, Any] = {"focus": [0.5, 0.5], "faces": [], "picture": [0.0, 0.0, 1.0, 1.0]}
"""Of a thumbnail that cannot be looked at: it is not tried again."""

_one_at_a_time = Lock()


def find_missing(user_id: UUID, project_id: UUID) -> None:
    """Of all photos of the project that have none yet. Open tabs learn of each batch."""
    with _one_at_a_time:
        tried: set[str] = set()
        while keys := [key for key in _missing(user_id, project_id) if key not in tried][:AT_ONCE]:
            tried.update(keys)
            _keep(user_id, project_id, _look_at(keys))


def _missing(user_id: UUID, project_id: UUID) -> list[str]:
    with get_database().reading_as(user_id) as session:
        keys = select(Photo.thumbnail_key).where(col(Photo.project_id) == project_id)
        return list(session.exec(keys.where(col(Photo.subject).is_(None)).order_by(col(Photo.id))))


def _look_at(keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By the keys; without those that have gone with a turn or a removal in the meantime."""
    with ExitStack() as stack:
        pictures: dict[str, str] = {}
        for key in keys:
            try:
                pictures[key] = str(stack.enter_context(get_storage().local_path(key)))
            except NotFound:
                continue
        if not pictures:
            return {}
        answer = sandbox_runner.run_sandboxed(MODULE, {"pictures": [*pictures.values()]}, TIMEOUT)
    found = answer.get("subjects", [None] * len(pictures))
    return {key: subject or NOT_FOUND for key, subject in zip(pictures, found, strict=True)}


def _keep(user_id: UUID, project_id: UUID, subjects: dict[str, dict[str, Any]]) -> None:
    if not subjects:
        return
    with get_database().acting_as(user_id) as session:
        named = select(Photo).where(col(Photo.project_id) == project_id)
        for photo in session.exec(named.where(col(Photo.thumbnail_key).in_(subjects))):
            photo.subject = subjects[photo.thumbnail_key]
        touch(session, project_id)
