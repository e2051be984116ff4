"""Removing photos, several at once, with their clips, and undo of it: they can come back for a while."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select

from echoes.clips import removal as clip_removal
from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import NotFound, Refused
from echoes.models import Clip, Photo, Upload
from echoes.photos.allowance import require_photos
from echoes.projects import removals
from echoes.projects import service as projects
from echoes.projects.naming import name_by_dates
from echoes.projects.preparation import ask_for_preparation
from echoes.settings import get_settings

FULL = "This film is full, so the photos cannot come back. Remove others first."


def remove_several(session: UserSession, project_id: UUID, photo_ids: Sequence[UUID]) -> UUID:
    """With their clips and all takes; films that were made of them stay. What `bring_back` needs. Raises
    NotFound when none of them is there."""
    projects.lock(session, project_id)
    photos = _photos(session, project_id, photo_ids)
    of_photos = col(Clip.photo_id).in_([photo.id for photo in photos])
    clips = session.exec(select(Clip).where(of_photos, col(Clip.copy_of_id).is_(None))).all()
    of_clips = clip_removal.cancel_and_collect(session, clips)
    removal_id = removals.keep(session, project_id, [*photos, *of_clips])
    clip_removal.delete(session, of_clips)
    # Else a browser that remembers the upload would believe the same file to be here still.
    for upload in session.exec(select(Upload).where(col(Upload.id).in_([photo.id for photo in photos]))):
        session.delete(upload)
    for photo in photos:
        session.delete(photo)
    touch(session, project_id)
    _renew(session, project_id)
    return removal_id


def bring_back(session: UserSession, project_id: UUID, removal_id: UUID) -> None:
    """To the places where they were. Raises NotFound when they are gone for good, Refused in a full film, or
    beyond what operators allow one person."""
    projects.lock(session, project_id)
    touch(session, project_id)
    removal = removals.claim(session, removal_id)
    if removal.project_id != project_id:
        raise NotFound(removals.GONE)
    photos = removals.restored(session, removal, Photo)
    _require_places(session, project_id, len(photos))
    require_photos(session, len(photos))
    session.add_all(photos)
    session.flush()
    clip_removal.restore(session, removal)
    session.delete(removal)
    _renew(session, project_id)


def _renew(session: UserSession, project_id: UUID) -> None:
    session.flush()
    name_by_dates(session, project_id)
    ask_for_preparation(session, project_id)


def _photos(session: UserSession, project_id: UUID, photo_ids: Sequence[UUID]) -> Sequence[Photo]:
    named = select(Photo).where(col(Photo.project_id) == project_id, col(Photo.id).in_(photo_ids))
    photos = session.exec(named).all()
    if not photos:
        raise NotFound
    return photos


def _require_places(session: UserSession, project_id: UUID, count: int) -> None:
    there = session.exec(select(func.count(col(Photo.id))).where(col(Photo.project_id) == project_id)).one()
    if there + count > get_settings().max_photos_per_project:
        raise Refused(FULL)
