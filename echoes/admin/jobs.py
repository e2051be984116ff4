"""Job administration: takes and films, as an operator finds, understands and helps them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from echoes.admin.audit import Operator, reason_of, record
from echoes.admin.dashboard import first_id
from echoes.credits import ledger, refunds
from echoes.database.revisions import touch
from echoes.errors import NotFound, Refused
from echoes.jobs import outcomes
from echoes.jobs.names import JobName
from echoes.jobs.queues import clips_queue, next_turn
from echoes.jobs.requests import Place, enqueue
from echoes.jobs.requests import cancel as cancel_workflow
from echoes.models import (
    UNFINISHED,
    AuditEntry,
    Clip,
    CreditEntry,
    EntryKind,
    JobEvent,
    JobStatus,
    Photo,
    Project,
    Take,
    User,
    Video,
    now,
)
from echoes.storage import get_storage
from echoes.takes.cancellation import CancellationOutcome, cancel_take, lock_project_of
from echoes.videos.service import ORIGINAL

PAGE = 50
EVENTS = 200
GONE = "There is no such job. It may have been deleted with its clip."
ENDED = "This has already ended."
AGAIN = "try again"
GOODWILL = "Refund: from the people who run Echoes"

TakeOrFilm: TypeAlias = Take | Video


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What is not set does not narrow."""

    films: bool = False
    originals: bool = False
    """Of films, not the other sizes of one."""
    status: JobStatus | None = None
    is_unfinished: bool = False
    provider: str = ""
    failure_kind: str = ""
    user_id: UUID | None = None
    older_than: timedelta | None = None
    since: datetime | None = None
    is_costly: bool = False
    """Only takes that a provider has charged us for."""


@dataclass(frozen=True, slots=True)
class JobDetail:
    """A job with what there is to know of it, but for its events."""

    job: TakeOrFilm
    owner: User
    photo: Photo | None
    is_refunded: bool


def search(
    session: Session, wanted: JobFilter, before: UUID | None = None, limit: int = PAGE
) -> list[tuple[TakeOrFilm, str]]:
    """Jobs and their owners' names; newest first, paged by key."""
    table: Any = Video if wanted.films else Take
    query = select(table, User.name).join(User, col(User.id) == col(table.owner_id))
    if before is not None:
        query = query.where(col(table.id) < before)
    if wanted.status is not None:
        query = query.where(col(table.status) == wanted.status)
    if wanted.is_unfinished:
        query = query.where(col(table.status).in_(UNFINISHED))
    if wanted.failure_kind:
        query = query.where(col(table.failure_kind) == wanted.failure_kind)
    if wanted.user_id is not None:
        query = query.where(col(table.owner_id) == wanted.user_id)
    if wanted.older_than is not None:
        query = query.where(col(table.id) < first_id(now() - wanted.older_than))
    if wanted.since is not None:
        query = query.where(col(table.id) >= first_id(wanted.since))
    query = query.where(*(_of_films(wanted) if wanted.films else _of_takes(wanted)))
    return [(job, name) for job, name in session.exec(query.order_by(col(table.id).desc()).limit(limit))]


def _of_films(wanted: JobFilter) -> list[sa.ColumnElement[bool]]:
    return [ORIGINAL] if wanted.originals else []


def _of_takes(wanted: JobFilter) -> list[sa.ColumnElement[bool]]:
    provider = [col(Take.provider) == wanted.provider] if wanted.provider else []
    return provider + ([col(Take.provider_cost) > 0] if wanted.is_costly else [])


def failure_kinds(session: Session) -> list[str]:
    """All that there have been."""
    columns = (col(Take.failure_kind), col(Video.failure_kind))
    found = {kind for column in columns for kind in session.exec(select(column).distinct())}
    return sorted(kind for kind in found if kind)


def job_detail(session: Session, job_id: UUID) -> JobDetail:
    job = _get(session, job_id)
    clip = session.get(Clip, job.clip_id) if isinstance(job, Take) else None
    return JobDetail(
        job=job,
        owner=session.get_one(User, job.owner_id),
        photo=session.get(Photo, clip.photo_id) if clip else None,
        is_refunded=_is_refunded(session, job_id),
    )


def events(session: Session, job_id: UUID, before: UUID | None = None, limit: int = EVENTS) -> list[JobEvent]:
    """The newest ones, or the newest before that one; as one reads a story, the oldest of them first."""
    query = select(JobEvent).where(col(JobEvent.subject_id) == job_id)
    if before is not None:
        query = query.where(col(JobEvent.id) < before)
    return list(session.exec(query.order_by(col(JobEvent.id).desc()).limit(limit)))[::-1]


def events_from(session: Session, job_id: UUID, first: UUID) -> list[JobEvent]:
    """That one and all that came after it."""
    query = select(JobEvent).where(col(JobEvent.subject_id) == job_id, col(JobEvent.id) >= first)
    return list(session.exec(query.order_by(col(JobEvent.id))))


def cancel(session: Session, operator: Operator, job_id: UUID) -> None:
    """As if its owner had stopped it."""
    job = _get(session, job_id)
    before = {"status": job.status}
    if job.status not in UNFINISHED:
        raise Refused(ENDED)
    if isinstance(job, Take):
        if cancel_take(session, job) == CancellationOutcome.TOO_LATE:
            raise Refused("The provider has already delivered this; it will finish by itself.")
    else:
        _lock_project(session, job)
        if not outcomes.end(session, Video, job_id, JobStatus.CANCELLED):
            raise Refused(ENDED)
        cancel_workflow(session, JobName.COMPILE_FILM, job_id)
    touch(session, _project_of(session, job))
    record(session, operator, "cancel", job_id, before=before, after={"status": JobStatus.CANCELLED})


def refund(session: Session, operator: Operator, job_id: UUID, reason: str) -> None:
    """What was paid for a clip goes back, once, whether it was made or not."""
    job, reason = _get(session, job_id), reason_of(reason)
    if not isinstance(job, Take) or job.price == 0:
        raise Refused("No credits were spent on this.")
    if job.status in UNFINISHED:
        raise Refused("This is still under way. Stop it first.")
    lock_project_of(session, job_id)
    before = _balance(ledger.lock(session, job.owner_id))
    if not refunds.give_back(session, job.owner_id, job_id, job.price, f"{GOODWILL} ({reason})"):
        raise Refused("The credits for this have already been given back.")
    after = _balance(session.get_one(User, job.owner_id)) | {"credits": job.price}
    record(session, operator, "refund", job_id, before=before, after=after, reason=reason)


def retry(session: Session, operator: Operator, job_id: UUID) -> UUID:
    """A new try of one that failed or was stopped, at our expense. The old one stays as it is, unless it is
    another size of a film."""
    job = _get(session, job_id)
    if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise Refused("Only jobs that failed or were stopped can be tried again.")
    _lock(session, job)
    _refuse_second_try(session, job_id)
    fresh = _take_again(session, job) if isinstance(job, Take) else _video_again(session, job)
    touch(session, _project_of(session, job))
    before, after = {"status": job.status}, {"id": str(fresh), "status": JobStatus.WAITING}
    record(session, operator, AGAIN, job_id, before=before, after=after)
    return fresh


def media(session: Session, operator: Operator, job_id: UUID) -> tuple[str, str]:
    """Addresses of the photograph and of what was made of it. That somebody looked is written down: these
    are people's own pictures."""
    found = job_detail(session, job_id)
    video_key = found.job.video_key if isinstance(found.job, Take) else found.job.film_key
    record(session, operator, "look at pictures", job_id)
    storage = get_storage()
    picture = storage.url(found.photo.thumbnail_key) if found.photo else ""
    return picture, storage.url(video_key, size_bytes=found.job.size_bytes) if video_key else ""


def _lock(session: Session, job: TakeOrFilm) -> None:
    if isinstance(job, Take):
        lock_project_of(session, job.id)
    else:
        _lock_project(session, job)


def _refuse_second_try(session: Session, job_id: UUID) -> None:
    """Two operators, or two tabs of one, want the same: a provider would charge us for both."""
    tries = select(AuditEntry).where(col(AuditEntry.subject_id) == job_id, col(AuditEntry.action) == AGAIN)
    for entry in session.exec(tries):
        fresh = _find(session, UUID(entry.after["id"])) if "id" in entry.after else None
        if fresh is not None and fresh.status in UNFINISHED:
            raise Refused("This is already being tried again.")


def _balance(user: User) -> dict[str, int]:
    return {"balance": user.balance, "debt": user.debt}


def _take_again(session: Session, old: Take) -> UUID:
    kept = (
        "owner_id", "clip_id", "provider", "model", "motion", "aspect", "wish", "prompt", "seconds",
        "place_id",
    )  # fmt: skip
    take = Take(**{name: getattr(old, name) for name in kept})
    session.add(take)
    session.flush()
    data = {"provider": take.provider, "model": take.model, "motion": take.motion, "instead_of": str(old.id)}
    session.add(
        JobEvent(owner_id=take.owner_id, subject_id=take.id, message="requested by an operator", data=data)
    )
    queue = clips_queue(take.provider)
    enqueue(
        session, JobName.GENERATE_TAKE, take.id, take.owner_id, Place(queue, next_turn(queue, take.owner_id))
    )
    return take.id


def _video_again(session: Session, old: Video) -> UUID:
    kept = ("owner_id", "project_id", "title", "timeline", "width", "height", "original_id")
    video = Video(**{name: getattr(old, name) for name in kept})
    if old.original_id is not None:
        _make_way(session, old)
    session.add(video)
    session.flush()
    enqueue(session, JobName.COMPILE_FILM, video.id, video.owner_id)
    return video.id


def _make_way(session: Session, old: Video) -> None:
    """A film has one row for each of its sizes: a new try takes the place of the one before."""
    if session.exec(select(Video.id).where(col(Video.id) == old.id)).first() is None:
        raise NotFound(GONE)
    session.delete(old)
    session.flush()


def _lock_project(session: Session, film: Video) -> None:
    """Before its film, as everybody does: a film that is being made writes its progress all the time."""
    session.exec(select(Project.id).where(col(Project.id) == film.project_id).with_for_update()).first()


def _is_refunded(session: Session, job_id: UUID) -> bool:
    back = select(CreditEntry.id).where(
        col(CreditEntry.kind) == EntryKind.REFUND, col(CreditEntry.reference) == refunds.reference(job_id)
    )
    return session.exec(back).first() is not None


def _project_of(session: Session, job: TakeOrFilm) -> UUID:
    return job.project_id if isinstance(job, Video) else session.get_one(Clip, job.clip_id).project_id


def _get(session: Session, job_id: UUID) -> TakeOrFilm:
    if (job := _find(session, job_id)) is None:
        raise NotFound(GONE)
    return job


def _find(session: Session, job_id: UUID) -> TakeOrFilm | None:
    return session.get(Take, job_id) or session.get(Video, job_id)
