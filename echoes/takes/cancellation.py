"""Cancel a take.

A take that nobody wants any more: its row ends, its job stops, its price comes back or is asked about.

Used wherever a take under way is stopped or removed, alone or with its clip, its project or its owner.
"""

import json
import logging
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from echoes.credits import refunds
from echoes.database import after_commit
from echoes.jobs.names import JobName
from echoes.jobs.requests import cancel as cancel_workflow
from echoes.jobs.requests import enqueue
from echoes.models import UNFINISHED, Clip, JobStatus, Project, Take, now
from echoes.providers import get_provider
from echoes.providers.base import UnknownProvider
from echoes.storage import get_storage
from echoes.takes.files import take_keys

ASKING = "asking"
"""The failure kind of a stopped take as long as the provider has not said whether it is charged."""
STOPPED = "Stopped."
ASKED = (
    "Stopped. The clip had already been requested: we are asking whether it can be cancelled. If so,"
    " the credit comes back."
)

logger = logging.getLogger(__name__)


class CancellationOutcome(StrEnum):
    FREE = "free"
    ASKED = "asked"
    """Submitted already: the provider is told, and its answer decides about the money."""
    TOO_LATE = "too_late"
    """The row had ended, or the provider has delivered: nothing was changed."""


@dataclass(frozen=True, slots=True)
class CancelledSubmission:
    """A submission that the provider is to be told about; it outlives the take's row."""

    take_id: str
    owner_id: str
    provider: str
    job_id: str | None
    price: int

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "CancelledSubmission":
        return cls(**json.loads(text))


def lock_project_of(session: Session, take_id: UUID) -> UUID | None:
    """First of all that a transaction about a take locks, so that no two ever wait for each other. None when
    the take is gone."""
    project = (
        select(Project.id)
        .join(Clip, col(Clip.project_id) == col(Project.id))
        .join(Take, col(Take.clip_id) == col(Clip.id))
        .where(col(Take.id) == take_id)
    )
    return session.exec(project.with_for_update(of=Project, key_share=True)).one_or_none()


def cancel_take(session: Session, take: Take) -> CancellationOutcome:
    """Each step is one guarded change, so that whatever happens meanwhile, one of the two wins."""
    lock_project_of(session, take.id)
    free = _end(session, take, _is_paid_job(take), failure_kind="cancelled", failure=_free_words(take))
    if free is not None:
        refunds.give_back(session, take.owner_id, take.id, take.price, refunds.NOTE_OF_STOPPED)
        _stop_jobs(session, take)
        return CancellationOutcome.FREE
    job_id = _end(session, take, failure_kind=ASKING, failure=ASKED if take.price else STOPPED)
    if job_id is None:
        return CancellationOutcome.TOO_LATE
    submission = CancelledSubmission(
        str(take.id), str(take.owner_id), take.provider, job_id or None, take.price
    )
    enqueue(session, JobName.CANCEL_TAKE, take.id, take.owner_id, argument=submission.to_text())
    _stop_jobs(session, take)
    return CancellationOutcome.ASKED


def cancel_all_takes(session: Session, project_id: UUID) -> None:
    """Before a project is deleted."""
    query = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id))
    for take in session.exec(
        query.where(col(Clip.project_id) == project_id, col(Take.status).in_(UNFINISHED))
    ).all():
        cancel_before_delete(session, take)


def cancel_before_delete(session: Session, take: Take) -> None:
    """Before its row is deleted. What had been delivered stays paid; its job stops all the same."""
    if take.status in UNFINISHED and cancel_take(session, take) == CancellationOutcome.TOO_LATE:
        _stop_jobs(session, take)


def _end(session: Session, take: Take, only_unordered: bool = False, **values: Any) -> str | None:
    """The provider's job id, empty if none is known; None when the row is in another state."""
    wanted = update(Take).where(
        col(Take.id) == take.id, col(Take.status).in_(UNFINISHED), col(Take.raw_key).is_(None)
    )
    if only_unordered:
        wanted = wanted.where(col(Take.submitted_at).is_(None))
    ended = wanted.values(status=JobStatus.CANCELLED, ended_at=now(), **values)
    row = session.exec(ended.returning(col(Take.provider_job_id))).one_or_none()
    return None if row is None else row[0] or ""


def _is_paid_job(take: Take) -> bool:
    """What may be submitted twice for nothing may be cancelled for nothing, and ends with its worker."""
    try:
        return not get_provider(take.provider).repeatable
    except UnknownProvider:
        return True
    except Exception:
        # Somebody else's code, which may break in any way: its takes can be stopped all the same.
        logger.exception("the clip provider %s cannot be loaded", take.provider)
        return True


def _free_words(take: Take) -> str:
    return f"{STOPPED} {refunds.said(take.price)}".strip()


def _stop_jobs(session: Session, take: Take) -> None:
    """A job that runs tidies up after itself; the worker of one that does not run any more may be dead."""
    for job in (JobName.GENERATE_TAKE, JobName.CONFORM_TAKE):
        cancel_workflow(session, job, take.id)
    keys = take_keys(take.owner_id, take.id)
    after_commit(session, lambda: get_storage().delete(keys))
