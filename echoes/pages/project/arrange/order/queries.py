"""Queries of the order: the film's clips with what follows each, and the clips that are left out."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from echoes.catalogue.transitions import LABELS as TRANSITION_LABELS
from echoes.database import UserSession
from echoes.editing.clips import fits
from echoes.models import Clip, Photo, Project, Take
from echoes.projects.timeline import ClipInFilm, transition_of
from echoes.storage import Storage
from echoes.takes.motions import LABELS
from echoes.takes.posters import poster_url
from echoes.text import formatting

Shots = list[dict[str, str]]


def read_shots(session: UserSession, project: Project, places: list[ClipInFilm], storage: Storage) -> Shots:
    """In the film's order. `joint` is how a clip becomes the next one."""
    photos = _photos(session, project.id)
    return [
        {
            "id": str(place.clip.id),
            "poster": poster_url(place.take, storage),
            "label": LABELS.get(place.take.motion, ""),
            "caption": place.clip.caption,
            "date": _date(photos.get(place.clip.photo_id)),
            "joint": TRANSITION_LABELS[transition_of(project, place.clip)[0]],
        }
        for place in places
    ]


def read_left_out(session: UserSession, project: Project, storage: Storage) -> Shots:
    """Clips that could be in the film and are not."""
    without = (
        select(Clip, Take)
        .join(Take, fits(project))
        .where(col(Clip.project_id) == project.id, col(Clip.approved_take_id).is_(None))
        .order_by(col(Clip.position), col(Clip.id), col(Take.id))
    )
    found = {clip.id: (clip, take) for clip, take in session.exec(without)}
    return [
        {"id": str(clip.id), "poster": poster_url(take, storage), "label": LABELS.get(take.motion, "")}
        for clip, take in found.values()
    ]


def _photos(session: UserSession, project_id: UUID) -> dict[UUID, Photo]:
    return {
        photo.id: photo for photo in session.exec(select(Photo).where(col(Photo.project_id) == project_id))
    }


def _date(photo: Any) -> str:
    return formatting.full_date(photo.taken_at) if photo and photo.taken_at else ""
