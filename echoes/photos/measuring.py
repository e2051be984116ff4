"""Measuring photos from before there were fingerprints, or rotated since, by their thumbnails."""

from uuid import UUID

from PIL import Image
from sqlmodel import col, select

from echoes.database import get_database
from echoes.errors import NotFound
from echoes.models import Photo
from echoes.photos.decoding.measures import fingerprint_of, sharpness_of
from echoes.storage import get_storage

AT_ONCE = 200
"""More wait for the next look."""


def measure_missing(user_id: UUID, project_id: UUID) -> None:
    """Thumbnails are our own encoding, so they need no sandbox. What is not measured is never set aside."""
    measured = {key: facts for key in _missing(user_id, project_id) if (facts := _measure(key))}
    if not measured:
        return
    with get_database().acting_as(user_id) as session:
        named = select(Photo).where(col(Photo.project_id) == project_id)
        for photo in session.exec(named.where(col(Photo.thumbnail_key).in_(measured))):
            photo.fingerprint, photo.sharpness = measured[photo.thumbnail_key]


def _missing(user_id: UUID, project_id: UUID) -> list[str]:
    with get_database().reading_as(user_id) as session:
        keys = select(Photo.thumbnail_key).where(col(Photo.project_id) == project_id)
        return list(session.exec(keys.where(col(Photo.fingerprint).is_(None)).limit(AT_ONCE)))


def _measure(key: str) -> tuple[str, float] | None:
    """None for a thumbnail that has gone with a turn or a removal in the meantime."""
    try:
        with get_storage().local_path(key) as path, Image.open(path) as picture:
            return fingerprint_of(picture), sharpness_of(picture)
    except NotFound:
        return None
