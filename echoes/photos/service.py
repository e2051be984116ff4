"""Photo service: what the acting user may do with photos. They come in by uploads."""

from uuid import UUID

from sqlmodel import col, select

from echoes.clips.service import discard
from echoes.database import UserSession, after_commit
from echoes.database.revisions import touch
from echoes.errors import NotFound
from echoes.models import Clip, Photo, Upload
from echoes.storage import get_storage


def list_photos(session: UserSession, project_id: UUID) -> list[Photo]:
    """In the order in which they were chosen for upload."""
    query = select(Photo).where(col(Photo.project_id) == project_id)
    return list(session.exec(query.order_by(col(Photo.id))))


def remove(session: UserSession, photo_id: UUID) -> None:
    """With its clip and all takes. Films that were made of it stay."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound
    if clip := session.exec(select(Clip).where(col(Clip.photo_id) == photo_id)).one_or_none():
        discard(session, clip)
    _forget_upload(session, photo_id)
    session.delete(photo)
    session.flush()
    touch(session, photo.project_id)
    keys = [photo.master_key, photo.thumbnail_key]
    after_commit(session, lambda: get_storage().delete(keys))


def _forget_upload(session: UserSession, photo_id: UUID) -> None:
    """Else a browser that remembers the upload would believe the same file to be here still."""
    if upload := session.get(Upload, photo_id):
        session.delete(upload)
