"""Film service: what the acting user may do with films."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Timeline
from compiler.timeline.versions import is_newer
from echoes import operator_settings
from echoes.catalogue.aspects import size_of
from echoes.database import UserSession, after_commit, revisions
from echoes.errors import NotFound, Refused
from echoes.jobs import outcomes
from echoes.jobs.names import JobName
from echoes.jobs.requests import cancel as cancel_workflow
from echoes.jobs.requests import enqueue
from echoes.models import UNFINISHED, JobStatus, User, Video
from echoes.operator_settings import Allowances
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.storage import get_storage, is_intact
from echoes.text import file_names
from echoes.text.formatting import MINUTE, pluralize

ORIGINAL = col(Video.original_id).is_(None)
"""What counts as a film: another size of one is a part of it."""


def list_videos(session: UserSession, project_id: UUID) -> list[Video]:
    """Films, not their other sizes (`videos.sizes`). The newest comes first."""
    query = select(Video).where(col(Video.project_id) == project_id, ORIGINAL)
    return list(session.exec(query.order_by(col(Video.id).desc())))


def compile_film(session: UserSession, project_id: UUID) -> Video:
    """Freezes the timeline as it is now and asks for its film; row and job are written together."""
    project = projects.lock(session, project_id)
    under_way = select(Video.id).where(col(Video.project_id) == project_id, ORIGINAL)
    if session.exec(under_way.where(col(Video.status).in_(UNFINISHED))).first():
        raise Refused("This film is already being made.")
    timeline = timelines.build(session, project)
    _require_minutes(session, lay_out(timeline).frames)
    width, height = size_of(project.aspect)
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
    enqueue(session, JobName.COMPILE_FILM, video.id)
    revisions.touch(session, project_id)
    return video


def _require_minutes(session: UserSession, frames: int) -> None:
    """Raises Refused when this person's films would be longer than operators allow, all together."""
    most = operator_settings.read(session, Allowances).film_minutes
    if not most:
        return
    session.exec(select(User.id).where(col(User.id) == session.user_id).with_for_update())
    films = select(Video).where(ORIGINAL, col(Video.status).in_((*UNFINISHED, JobStatus.SUCCEEDED)))
    has = sum(_frames_of(film) for film in session.exec(films))
    if has + frames > most * MINUTE * FRAME_RATE:
        raise Refused(
            f"Your films can be {pluralize(most, 'minute')} long all together. Delete a film you no longer"
            " need to make room for this one."
        )


def timeline_of(film: Video) -> Timeline | None:
    """As it was frozen; None for one that only a later release reads."""
    return None if is_newer(film.timeline) else Timeline.from_json(film.timeline)


def _frames_of(film: Video) -> int:
    """Of one that is being made, as its timeline says."""
    if film.frames or (timeline := timeline_of(film)) is None:
        return film.frames or 0
    return lay_out(timeline).frames


def cancel(session: UserSession, video_id: UUID) -> None:
    """The row ends here and now; the engine is told afterwards. Cancelling what has ended changes nothing."""
    video = get(session, video_id)
    projects.lock(session, video.project_id)
    if outcomes.end(session, Video, video_id, JobStatus.CANCELLED):
        cancel_workflow(session, JobName.COMPILE_FILM, video_id)
        revisions.touch(session, video.project_id)


def remove(session: UserSession, video_id: UUID) -> None:
    """A film goes in all its sizes; one of its other sizes may go alone."""
    video = get(session, video_id)
    projects.lock(session, video.project_id)
    parts = session.exec(_with_sizes(video_id)).all()
    for part in parts:
        cancel(session, part.id)
    files = [key for part in parts for key in (part.film_key, part.poster_key, part.small_poster_key)]
    keys = [key for key in files if key]
    session.delete(video)
    session.flush()
    revisions.touch(session, video.project_id)
    after_commit(session, lambda: get_storage().delete(keys))


def get(session: UserSession, video_id: UUID) -> Video:
    if (video := session.get(Video, video_id)) is None:
        raise NotFound
    return video


def is_damaged(video: Video) -> bool:
    """Its file is not what was stored: nobody is served a part of a film as if it were the film."""
    return video.film_key is not None and not is_intact(video.film_key, video.size_bytes)


def file_name(video: Video) -> str:
    """What the download is called."""
    size = f" {video.width}x{video.height}" if video.original_id else ""
    return file_names.file_name(video.title, video.created_at, f"{size}.mp4")


def _with_sizes(video_id: UUID) -> SelectOfScalar[Video]:
    """As they are now that the project is locked: a job may just have put its files there."""
    parts = select(Video).where((col(Video.id) == video_id) | (col(Video.original_id) == video_id))
    return parts.execution_options(populate_existing=True)
