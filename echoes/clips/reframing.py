"""Clips whose framing was changed since a camera made them: which they are, and how they are made again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.models import Clip, JobStatus, Photo, Project, Take
from echoes.providers import active, motion
from echoes.takes.requesting import RequestedClip


def is_by_camera(session: UserSession) -> bool:
    """Whether clips are made by moving a camera, here and now."""
    provider, _ = active(session)
    return provider.name == motion.NAME


def reframed_take(photo: Photo, takes: Sequence[Take], approved_id: UUID | None) -> Take | None:
    """The take that is shown of a clip, if its owner wants another framing and no later take has that.

    `takes` are those that succeeded in the film's shape, oldest first. One from before its photo was rotated
    is outdated for that reason.
    """
    of_photo = [take for take in takes if take.rotation == photo.rotation]
    approved = [take for take in takes if take.id == approved_id]
    if not of_photo:
        return None
    shown = (approved or of_photo)[-1]
    if shown not in of_photo or shown.provider != motion.NAME:
        return None
    since = of_photo[of_photo.index(shown) :]
    return None if any(take.framing == photo.framing for take in since) else shown


def reframed_takes(session: UserSession, project: Project) -> dict[UUID, Take]:
    """By clip. None where clips are not made by a camera now: no other way of making them knows framing."""
    if not is_by_camera(session):
        return {}
    here = select(Clip, Photo).join(Photo, col(Photo.id) == col(Clip.photo_id))
    clips = session.exec(here.where(col(Clip.project_id) == project.id, col(Clip.copy_of_id).is_(None))).all()
    takes: dict[UUID, list[Take]] = defaultdict(list)
    query = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id)).order_by(col(Take.id))
    succeeded = query.where(
        col(Clip.project_id) == project.id,
        col(Take.status) == JobStatus.SUCCEEDED,
        col(Take.aspect) == project.aspect,
    )
    for take in session.exec(succeeded):
        takes[take.clip_id].append(take)
    found = {clip.id: reframed_take(photo, takes[clip.id], clip.approved_take_id) for clip, photo in clips}
    return {clip_id: take for clip_id, take in found.items() if take is not None}


def made_again(requested: RequestedClip, shown: Take) -> RequestedClip:
    """By the move and in the length that it had. Where it is in the film, it takes its own place when it is
    ready."""
    place_id = requested.clip.id if requested.clip.approved_take_id else None
    return replace(requested, motion=shown.motion, seconds=shown.seconds, place_id=place_id)
