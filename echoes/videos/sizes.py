"""Film renditions: a finished film in another size, the same frozen timeline rendered as a job."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from echoes.catalogue.aspects import LARGE_SIZES
from echoes.database import UserSession, revisions
from echoes.errors import NotFound, Refused
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.models import UNFINISHED, JobStatus, Video
from echoes.projects import service as projects
from echoes.videos.service import get, is_damaged, remove

GONE_FOR_GOOD = ("clip_gone", "music_gone")
"""Kinds of failure after which no other try can succeed."""
WANTED = (*UNFINISHED, JobStatus.SUCCEEDED)


def enlarge(session: UserSession, video_id: UUID) -> Video:
    """The film in its large size. One that is there, or being made, is not made again; one that failed or was
    stopped makes way for a new one."""
    original = _lock(session, video_id)
    if original.status != JobStatus.SUCCEEDED:
        raise Refused("This film is not finished yet.")
    if (size := LARGE_SIZES.get((original.width, original.height))) is None:
        raise Refused("This film cannot be made any larger.")
    for known in sizes_of(session, [video_id]):
        if (known.width, known.height) == size:
            if known.status in WANTED and not is_damaged(known):
                return known
            remove(session, known.id)
    session.flush()
    return _begin(session, original, size)


def sizes_of(session: UserSession, video_ids: Iterable[UUID]) -> list[Video]:
    """The other sizes of these films, made, being made or failed; the smallest comes first."""
    query = select(Video).where(col(Video.original_id).in_(video_ids))
    return list(session.exec(query.order_by(col(Video.width), col(Video.id))))


def _lock(session: UserSession, video_id: UUID) -> Video:
    """With its project, as all do that change its films; then as it is now."""
    projects.lock(session, get(session, video_id).project_id)
    if (video := session.get(Video, video_id, populate_existing=True)) is None:
        raise NotFound
    return video


def _begin(session: UserSession, original: Video, size: tuple[int, int]) -> Video:
    video = Video(
        owner_id=session.user_id,
        project_id=original.project_id,
        original_id=original.id,
        title=original.title,
        timeline=original.timeline,
        width=size[0],
        height=size[1],
    )
    session.add(video)
    session.flush()
    enqueue(session, JobName.COMPILE_FILM, video.id)
    revisions.touch(session, original.project_id)
    return video
