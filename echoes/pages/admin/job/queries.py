"""Queries of the page of one job: what the operator's page of one job shows, read from the database."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from echoes.admin import jobs
from echoes.admin.jobs import EVENTS, JobDetail
from echoes.models import UNFINISHED, JobEvent, JobStatus, Take
from echoes.pages.admin.jobs.queries import film_title
from echoes.text import formatting


@dataclass(frozen=True)
class EventViewModel:
    id: str
    when: str
    message: str
    is_bad: bool
    data: str


@dataclass(frozen=True)
class JobViewModel:
    id: str = ""
    title: str = ""
    status: str = ""
    stage: str = ""
    percent: int = 0
    owner: str = ""
    owner_id: str = ""
    facts: list[list[str]] = field(default_factory=list)
    problem: str = ""
    may_stop: bool = False
    may_try: bool = False
    may_refund: bool = False


def read_job(session: Session, job_id: UUID) -> JobViewModel:
    found = jobs.job_detail(session, job_id)
    job = found.job
    price = job.price if isinstance(job, Take) else 0
    is_over = job.status not in UNFINISHED
    return JobViewModel(
        id=str(job.id),
        title=f"{job.provider} {job.model}: {job.motion}" if isinstance(job, Take) else film_title(job),
        status=job.status,
        stage=job.stage,
        percent=round(job.progress * 100),
        owner=found.owner.name,
        owner_id=str(job.owner_id),
        facts=[[name, value] for name, value in _facts(found).items() if value],
        problem=job.failure or "",
        may_stop=not is_over,
        may_try=job.status in (JobStatus.FAILED, JobStatus.CANCELLED),
        may_refund=is_over and price > 0 and not found.is_refunded,
    )


def _facts(found: JobDetail) -> dict[str, str]:
    job = found.job
    facts = {
        "Requested": f"{job.created_at:%-d %b %Y, %H:%M:%S} UTC",
        "Ended": f"{job.ended_at:%-d %b %Y, %H:%M:%S} UTC" if job.ended_at else "",
        "Failure kind": job.failure_kind or "",
    }
    if not isinstance(job, Take):
        return facts
    return facts | {
        "Provider’s id": job.provider_job_id or "",
        "Price": f"{formatting.pluralize(job.price, 'credit')}{', given back' if found.is_refunded else ''}",
        "Provider’s cost": f"{job.provider_cost:g} of its credits" if job.provider_cost is not None else "",
        "Their own words": job.wish,
        "Prompt as sent": job.prompt or "",
    }


def newest_events(
    session: Session, job_id: UUID, first: UUID | None = None
) -> tuple[list[EventViewModel], bool]:
    """And whether there are earlier ones. Where some are shown already, all from the `first` of them on: none
    goes away, however many have come since."""
    if first is None:
        return earlier_events(session, job_id)
    found = jobs.events_from(session, job_id, first)
    return [_event(event) for event in found], bool(jobs.events(session, job_id, first, 1))


def earlier_events(
    session: Session, job_id: UUID, before: UUID | None = None
) -> tuple[list[EventViewModel], bool]:
    """A page of them, the oldest first, and whether there are earlier ones."""
    found = jobs.events(session, job_id, before, EVENTS + 1)
    return [_event(event) for event in found[-EVENTS:]], len(found) > EVENTS


def _event(event: JobEvent) -> EventViewModel:
    data = json.dumps(event.data, ensure_ascii=False, indent=1) if event.data else ""
    when = f"{event.created_at:%H:%M:%S.%f}"[:-3]
    return EventViewModel(str(event.id), when, event.message, event.level in ("error", "warning"), data)
