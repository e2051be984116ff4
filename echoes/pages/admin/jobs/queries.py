"""Queries of the jobs page."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from echoes.admin import jobs
from echoes.admin.jobs import JobFilter, TakeOrFilm
from echoes.models import JobStatus, Take, Video, now
from echoes.text import formatting
from echoes.text.isolation import isolated


@dataclass(frozen=True)
class JobLine:
    id: str
    what: str
    status: str
    is_bad: bool
    owner: str
    owner_id: str
    asked: str
    problem: str


def job_lines(
    session: Session, wanted: JobFilter, limit: int, before: UUID | None = None
) -> tuple[list[JobLine], bool]:
    found = jobs.search(session, wanted, before, limit + 1)
    return [_line(job, name) for job, name in found[:limit]], len(found) > limit


def _line(job: TakeOrFilm, owner: str) -> JobLine:
    return JobLine(
        id=str(job.id),
        what=f"{job.provider} {job.model}" if isinstance(job, Take) else film_title(job),
        status=job.status,
        is_bad=job.status == JobStatus.FAILED,
        owner=owner,
        owner_id=str(job.owner_id),
        asked=formatting.time_ago(job.created_at, now()),
        problem=(job.failure_kind or "").replace("_", " "),
    )


def film_title(video: Video) -> str:
    """With its size, where that is not the film's own."""
    return f"{isolated(video.title)} ({video.width} × {video.height})" if video.original_id else video.title
