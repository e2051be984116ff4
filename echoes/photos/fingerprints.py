"""Fingerprints of photos (perceptual hash, sharpness), measured by thumbnails where they are missing."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

from PIL import Image
from sqlmodel import col, select

from echoes.database import get_database
from echoes.errors import NotFound, brief
from echoes.models import Photo
from echoes.photos.decoding.measures import fingerprint_of, sharpness_of
from echoes.storage import get_storage

AT_ONCE = 200
"""More wait for the next look."""

logger = logging.getLogger(__name__)


def measure_missing(user_id: UUID, project_id: UUID) -> None:
    """Thumbnails are our own encoding, so they need no sandbox. What is not measured is never set aside."""
    measured = dict(islice(_measured(_missing(user_id, project_id)), AT_ONCE))
    if not measured:
        return
    with get_database().acting_as(user_id) as session:
        named = select(Photo).where(col(Photo.project_id) == project_id)
        for photo in session.exec(named.where(col(Photo.thumbnail_key).in_(measured))):
            photo.fingerprint, photo.sharpness = measured[photo.thumbnail_key]


def _missing(user_id: UUID, project_id: UUID) -> list[str]:
    with get_database().reading_as(user_id) as session:
        keys = select(Photo.thumbnail_key).where(col(Photo.project_id) == project_id)
        return list(session.exec(keys.where(col(Photo.fingerprint).is_(None))))


def _measured(keys: Iterable[str]) -> Iterator[tuple[str, tuple[str, float]]]:
    """Without thumbnails that have gone with a turn or a removal in the meantime, or that cannot be read."""
    for key in keys:
        try:
            with get_storage().local_path(key) as path, Image.open(path) as picture:
                yield key, (fingerprint_of(picture), sharpness_of(picture))
        except (NotFound, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            logger.warning("the photo of the thumbnail %s was not measured: %s", key, brief(error))
