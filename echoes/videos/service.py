"""What the acting user may do with films."""

import re
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession, after_commit, outcomes
from echoes.database.workflows import cancel as cancel_workflow
from echoes.database.workflows import enqueue
from echoes.errors import NotFound, Refused
from echoes.models import UNFINISHED, JobStatus, Video
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.storage import get_storage

COMPILE_FILM = "compile_film"


def list_videos(session: UserSession, project_id: UUID) -> list[Video]:
    """The newest comes first."""
    query = select(Video).where(col(Video.project_id) == project_id).order_by(col(Video.id).desc())
    return list(session.exec(query))


def compile_film(session: UserSession, project_id: UUID) -> Video:
    """Freezes the timeline as it is now and asks for its film; row and job are written together."""
    project = projects.lock(session, project_id)
    under_way = select(Video.id).where(col(Video.project_id) == project_id, col(Video.status).in_(UNFINISHED))
    if session.exec(under_way).first():
        raise Refused("This film is being made already.")
    timeline = timelines.build(session, project)
    width, height = projects.SIZES[project.aspect]
    video = Video(
        owner_id=session.user_id,
        project_id=project_id,
        title=project.title,
        timeline=timeline.to_json(),
        width=width,
        height=height,
    )
    session.add(video)
    session.flush()
    enqueue(session, COMPILE_FILM, video.id)
    projects.touch(session, project_id)
    return video


def cancel(session: UserSession, video_id: UUID) -> None:
    """The row ends here and now; the engine is told afterwards. Cancelling what has ended changes nothing."""
    video = get(session, video_id)
    projects.lock(session, video.project_id)
    if outcomes.end(session, Video, video_id, JobStatus.CANCELLED):
        cancel_workflow(session, COMPILE_FILM, video_id)
        projects.touch(session, video.project_id)


def remove(session: UserSession, video_id: UUID) -> None:
    video = get(session, video_id)
    cancel(session, video_id)
    keys = [key for key in (video.film_key, video.poster_key) if key]
    session.delete(video)
    session.flush()
    projects.touch(session, video.project_id)
    after_commit(session, lambda: get_storage().delete(keys))


def get(session: UserSession, video_id: UUID) -> Video:
    if (video := session.get(Video, video_id)) is None:
        raise NotFound
    return video


def file_name(video: Video) -> str:
    """What the download is called: the title, without what file systems refuse."""
    words = re.sub(r"[^\w\- ]+", "", video.title).strip()
    return f"{words or 'Film'} {video.created_at:%Y-%m-%d}.mp4"
