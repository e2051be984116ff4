"""Several clips at once, named by their photos: keep them, leave them out, remove them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from echoes.clips import removal
from echoes.clips.service import list_clips, newest_ready
from echoes.database import UserSession
from echoes.editing.history import recorded
from echoes.errors import NotFound, Refused
from echoes.models import Clip, Photo
from echoes.projects.service import lock

GONE = "Some of these photos have been removed. Here are the ones that are left."
NONE_READY = "None of these clips is ready yet."
NONE_IN_FILM = "None of these clips is in your film."
NO_CLIPS = "None of these photos has a clip yet."


def keep(session: UserSession, project_id: UUID, photo_ids: Collection[UUID]) -> int:
    """The newest finished take of each that is not in the film yet. How many are in it now; raises Refused
    where nothing is ready."""
    lock(session, project_id)
    clips, ready = _clips_of(session, project_id, photo_ids), newest_ready(session, project_id)
    in_film = [clip for clip in clips if clip.id in ready.kept]
    waiting = [clip for clip in clips if clip.id in ready.newest and clip.id not in ready.kept]
    if not in_film and not waiting:
        raise Refused(NONE_READY)
    with recorded(session, project_id, "Keep clips"):
        for clip in waiting:
            clip.approved_take_id = ready.newest[clip.id]
    return len(in_film) + len(waiting)


def leave_out(session: UserSession, project_id: UUID, photo_ids: Collection[UUID]) -> int:
    """Not in the film any more; they keep their places. How many left it; raises Refused for none."""
    lock(session, project_id)
    clips = [clip for clip in _clips_of(session, project_id, photo_ids) if clip.approved_take_id is not None]
    if not clips:
        raise Refused(NONE_IN_FILM)
    with recorded(session, project_id, "Leave out clips"):
        for clip in clips:
            clip.approved_take_id = None
    return len(clips)


def remove(session: UserSession, project_id: UUID, photo_ids: Collection[UUID]) -> tuple[UUID, int]:
    """The clips with their takes; the photos stay. What brings them back, and how many there were."""
    lock(session, project_id)
    clips = _clips_of(session, project_id, photo_ids)
    if not clips:
        raise Refused(NO_CLIPS)
    return removal.remove_those(session, project_id, clips), len(clips)


def _clips_of(session: UserSession, project_id: UUID, photo_ids: Collection[UUID]) -> Sequence[Clip]:
    """Raises NotFound for a photo that is not there; one without a clip has none."""
    there = select(Photo.id).where(col(Photo.project_id) == project_id, col(Photo.id).in_(photo_ids))
    if len(session.exec(there).all()) != len(set(photo_ids)):
        raise NotFound(GONE)
    return [clip for clip in list_clips(session, project_id) if clip.photo_id in photo_ids]
