"""Queries of the four steps of a project."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from echoes.catalogue.aspects import choice_of
from echoes.database import UserSession
from echoes.models import UNFINISHED, Clip, JobStatus, Photo, Project, Take, Video
from echoes.projects import service as projects
from echoes.projects.timeline import clips_in_film
from echoes.videos.service import ORIGINAL


@dataclass(frozen=True)
class Head:
    """What every step shows of its project."""

    id: str = ""
    title: str = ""
    aspect: str = "16:9"
    ratio: str = "16 / 9"
    photos: int = 0
    kept: int = 0
    films: int = 0


def head_of(session: UserSession, project_id: UUID) -> Head:
    project = projects.get(session, project_id)
    return Head(
        id=str(project.id),
        title=project.title,
        aspect=project.aspect,
        ratio=choice_of(project.aspect).ratio,
        photos=_count(session, Photo, project),
        kept=len(clips_in_film(session, project)),
        films=_count(session, Video, project, ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED),
    )


def under_way(session: UserSession, project: Project) -> int:
    """Clips in the shape of the film that are being made or wait for their turn."""
    clips = select(func.count(func.distinct(Take.clip_id))).join(Clip, col(Clip.id) == col(Take.clip_id))
    waiting = clips.where(col(Take.status).in_(UNFINISHED), col(Take.aspect) == project.aspect)
    return session.exec(waiting.where(col(Clip.project_id) == project.id)).one()


def _count(session: UserSession, table: type[Photo] | type[Video], project: Project, *conditions: Any) -> int:
    query = select(func.count()).select_from(table).where(table.project_id == project.id, *conditions)
    return session.exec(query).one()
