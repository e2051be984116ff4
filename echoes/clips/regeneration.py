"""Make a clip again by the camera: with another framing, or longer. `price` is what the person was shown."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from compiler.timeline.model import FRAME_RATE
from echoes.clips.reframing import is_by_camera, made_again
from echoes.clips.service import list_clips, list_takes
from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.editing.clips import get_clip, take_in_film
from echoes.errors import NotFound, Refused
from echoes.models import UNFINISHED, Clip, JobStatus, Photo, Project, Take
from echoes.projects.service import lock as lock_project
from echoes.providers import motion
from echoes.takes import requesting
from echoes.takes.motions import SURPRISE
from echoes.takes.requesting import RequestedClip, TakeRequest

LENGTHS = (7, 10, 15, 20)
"""Seconds that a clip can have beyond the usual ones. Longer than that, a camera hardly moves."""
BUSY = "A new clip of this photo is already being made."
NOT_BY_CAMERA = "This clip was not made by moving a camera, so it can only be made again on the clips page."


def animate_reframed(session: UserSession, photo_id: UUID, price: int | None = None) -> Take:
    """By the move that it had. Where it is in the film, it takes its own place when it is ready."""
    if (photo := session.get(Photo, photo_id)) is None:
        raise NotFound
    project = lock_project(session, photo.project_id)
    clip = next((one for one in list_clips(session, project.id) if one.photo_id == photo_id), None)
    if clip is None:
        raise NotFound
    requested, made = _requested(session, project, clip), _made(session, project, clip)
    return _request(session, project, made_again(requested, made[-1]) if made else requested, price)


def animate_longer(session: UserSession, clip_id: UUID, seconds: int, price: int | None = None) -> Take:
    """A take of so many seconds, shown at this place when it is ready. Raises NotFound, Refused."""
    place = get_clip(session, clip_id)
    project = lock_project(session, place.project_id)
    shown = take_in_film(session, place)
    if seconds not in longer_lengths(session, shown):
        raise Refused(
            NOT_BY_CAMERA if shown.provider != motion.NAME else "This clip cannot be made that long."
        )
    clip = get_clip(session, place.copy_of_id) if place.copy_of_id else place
    requested = _requested(session, project, clip)
    longer = replace(requested, motion=shown.motion, seconds=float(seconds), place_id=place.id)
    return _request(session, project, longer, price)


def longer_lengths(session: UserSession, shown: Take) -> list[int]:
    """Seconds; none of a clip that no camera made, or where clips are made otherwise now."""
    if shown.provider != motion.NAME or not is_by_camera(session):
        return []
    return [seconds for seconds in LENGTHS if seconds * FRAME_RATE > (shown.frames or 0)]


def is_being_made(session: UserSession, clip: Clip) -> bool:
    under_way = select(Take.id).where(
        col(Take.clip_id) == (clip.copy_of_id or clip.id), col(Take.status).in_(UNFINISHED)
    )
    return session.exec(under_way.limit(1)).first() is not None


def _requested(session: UserSession, project: Project, clip: Clip) -> RequestedClip:
    earlier = len([take for take in list_takes(session, project.id) if take.clip_id == clip.id])
    return RequestedClip(clip, session.get_one(Photo, clip.photo_id), earlier)


def _request(session: UserSession, project: Project, requested: RequestedClip, price: int | None) -> Take:
    if not is_by_camera(session):
        raise Refused(NOT_BY_CAMERA)
    if is_being_made(session, requested.clip):
        raise Refused(BUSY)
    (take,) = requesting.request_takes(session, project, [requested], TakeRequest(SURPRISE, price=price))
    touch(session, project.id)
    return take


def _made(session: UserSession, project: Project, clip: Clip) -> list[Take]:
    """By a camera, in the film's shape, oldest first; the one in the film last."""
    takes = [
        take
        for take in list_takes(session, project.id)
        if take.clip_id == clip.id
        and take.status == JobStatus.SUCCEEDED
        and take.provider == motion.NAME
        and take.aspect == project.aspect
    ]
    return sorted(takes, key=lambda take: take.id == clip.approved_take_id)
