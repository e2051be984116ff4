"""Order of the photos of a project."""

from collections.abc import Sequence
from uuid import UUID

from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import NotFound
from echoes.photos.service import list_photos
from echoes.projects import service as projects

CHANGED = "The photos have changed in the meantime. Here they are now."


def move(session: UserSession, project_id: UUID, photo_ids: Sequence[UUID], before: UUID | None) -> None:
    """Several photos next to each other, in the order that they had: before another one, or, without one, at
    the end. Clips that are there keep their places. Raises NotFound for what is not there."""
    projects.lock(session, project_id)
    photos = list_photos(session, project_id)
    moved = [photo for photo in photos if photo.id in photo_ids]
    others = [photo for photo in photos if photo.id not in photo_ids]
    ids = [photo.id for photo in others]
    if len(moved) != len(set(photo_ids)) or not moved or (before is not None and before not in ids):
        raise NotFound(CHANGED)
    place = len(others) if before is None else ids.index(before)
    for position, photo in enumerate([*others[:place], *moved, *others[place:]]):
        photo.position = position
    touch(session, project_id)
