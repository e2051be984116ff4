"""Queries of the films page."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, func, select

from echoes.database import UserSession
from echoes.models import Clip, JobStatus, Photo, Take, Video, now
from echoes.projects import service as projects
from echoes.sharing.replies.owner import new_by_project
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
    replies: str
    """How many are new, in words, if any are."""


def film_cards(session: UserSession) -> list[FilmCard]:
    covers, photos, films = _covers(session), _photos(session), _finished(session)
    replies = new_by_project(session)
    steps, storage, moment = _steps(session) | dict.fromkeys(films, "film"), get_storage(), now()
    return [
        FilmCard(
            id=str(project.id),
            title=project.title,
            address=f"/project/{project.id}/{steps.get(project.id, 'photos')}",
            cover=storage.url(covers[project.id]) if project.id in covers else "",
            changed=formatting.time_ago(project.updated_at, moment),
            contents=formatting.pluralize(photos[project.id], "photo")
            if project.id in photos
            else "No photos yet",
            finished=formatting.pluralize(films[project.id], "film") if project.id in films else "",
            replies=_replies(replies.get(project.id, 0)),
        )
        for project in projects.list_projects(session)
    ]


def _replies(count: int) -> str:
    return formatting.pluralize(count, "new reply", "new replies") if count else ""


def _steps(session: UserSession) -> dict[UUID, str]:
    """Where the person left off: at choosing among clips, or at putting chosen ones in order."""
    kept = func.count(col(Clip.approved_take_id))
    query = select(col(Clip.project_id), kept).join(Take, col(Take.clip_id) == col(Clip.id))
    found = session.exec(query.group_by(col(Clip.project_id)))
    return {project_id: "arrange" if count else "clips" for project_id, count in found}


def _covers(session: UserSession) -> dict[UUID, str]:
    """The first photo of each project: the rows come last one first, and the last to be put in stays."""
    last_first = (col(Photo.position).desc(), col(Photo.id).desc())
    query = select(Photo.project_id, Photo.thumbnail_key).order_by(*last_first)
    return dict(session.exec(query).all())


def _photos(session: UserSession) -> dict[UUID, int]:
    query = select(Photo.project_id, func.count()).group_by(col(Photo.project_id))
    return dict(session.exec(query).all())


def _finished(session: UserSession) -> dict[UUID, int]:
    query = select(Video.project_id, func.count()).where(ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED)
    return dict(session.exec(query.group_by(col(Video.project_id))).all())
