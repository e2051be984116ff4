"""Queries of the films page."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, func, select

from echoes.database import UserSession
from echoes.models import JobStatus, Photo, Video, now
from echoes.projects import service as projects
from echoes.storage import get_storage
from echoes.text import formatting
from echoes.videos.service import ORIGINAL


@dataclass(frozen=True)
class FilmCard:
    id: str
    title: str
    address: str
    cover: str
    changed: str
    contents: str
    finished: str


def film_cards(session: UserSession) -> list[FilmCard]:
    covers, photos, films = _covers(session), _photos(session), _finished(session)
    storage, moment = get_storage(), now()
    return [
        FilmCard(
            id=str(project.id),
            title=project.title,
            address=f"/project/{project.id}/{'film' if project.id in films else 'photos'}",
            cover=storage.url(covers[project.id]) if project.id in covers else "",
            changed=formatting.time_ago(project.updated_at, moment),
            contents=formatting.pluralize(photos.get(project.id, 0), "photo"),
            finished=formatting.pluralize(films[project.id], "film") if project.id in films else "",
        )
        for project in projects.list_projects(session)
    ]


def _covers(session: UserSession) -> dict[UUID, str]:
    """The first photo of each project: the rows come last one first, and the last to be put in stays."""
    query = select(Photo.project_id, Photo.thumbnail_key).order_by(col(Photo.id).desc())
    return dict(session.exec(query).all())


def _photos(session: UserSession) -> dict[UUID, int]:
    query = select(Photo.project_id, func.count()).group_by(col(Photo.project_id))
    return dict(session.exec(query).all())


def _finished(session: UserSession) -> dict[UUID, int]:
    query = select(Video.project_id, func.count()).where(ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED)
    return dict(session.exec(query.group_by(col(Video.project_id))).all())
