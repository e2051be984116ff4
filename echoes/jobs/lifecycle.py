"""The job lifecycle: begin, attempt, retry with backoff, settle. Shared by all jobs that make what a row
stands for, a take or a film."""

import asyncio
import logging
import random
import re
from abc import abstractmethod
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, ClassVar, TypedDict
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.database import get_database
from echoes.database.revisions import touch, touch_progress
from echoes.errors import EchoesError, is_expected
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.outcomes import JobTable, change, end
from echoes.models import UNFINISHED, JobEvent, JobStatus
from echoes.observability import metrics
from echoes.storage import delete_unnamed, new_key
from echoes.text.formatting import when_to_try_again

BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF = 300.0
REPORT_SECONDS = 0.4
RATE_LIMITED = "rate_limited"
INTERNAL = "Something went wrong on our side while this was being made. Please try again."

logger = logging.getLogger(__name__)


class JobCancelled(EchoesError):
    """The row has ended, or is gone, while its work was under way."""

    status = 409
    code = "job_cancelled"
    kind = "unwanted"
    """Stored, so it keeps its first name."""

    def __init__(self) -> None:
        super().__init__("This was cancelled.")


class JobOutcome(TypedDict):
    """How one attempt ended, as it is remembered between the steps of a job."""

    made: dict[str, Any] | None
    """What the row is to know about the result; nothing when it failed."""
    kind: str
    sentence: str
    cause: str
    retryable: bool
    retry_after: float | None
    """In seconds, when somebody said so."""
    tries: int | None
    """How often this may be tried at most, where that is not as often as the job otherwise is."""
    moderated: bool
    refundable: bool | None
    """Whether the provider gives its price back to us; None when it did not say that its job failed."""


class RowJob(Job):
    """A job that makes what a row stands for. The row begins, is worked on in a few attempts, and ends once.

    To be filled in: the attributes, `make`, `project_of` and `lock`.
    """

    table: ClassVar[JobTable]
    kind: ClassVar[str]
    """Where its files lie in storage."""
    fresh: ClassVar[dict[str, Any]] = {}
    """Values of the row when an attempt begins."""
    attempts: ClassVar[int] = 3

    @abstractmethod
    async def make(self, row_id: UUID) -> dict[str, Any]:
        """One attempt: stores files, and returns what the row is to know of them. May raise JobCancelled."""

    @abstractmethod
    def project_of(self, session: Session, row_id: UUID) -> UUID | None:
        """Whose open pages show the row; None when it is gone."""

    @abstractmethod
    def lock(self, session: Session, row_id: UUID) -> None:
        """What must be locked before the row is."""

    async def run(self, steps: Steps, subject: str) -> None:
        keys = await steps.transaction(self.begin, subject)
        if not keys:
            return
        stopwatch, ended = metrics.Stopwatch(), metrics.INTERRUPTED
        try:
            outcome = await self._try(steps, subject)
            settled = await steps.transaction(self.settle, subject, outcome)
            ended = _end_of(outcome) if settled else metrics.CANCELLED
        finally:
            metrics.count_job(self.name.value, ended, stopwatch.seconds)
            # Not a step: whatever stops the job, files that no row will ever name do not stay.
            await asyncio.to_thread(self.discard_unwanted, subject, keys)

    def file_keys(self, owner_id: UUID, row_id: UUID) -> tuple[str, ...]:
        """Video and poster. Fixed by the row, so that making it again overwrites instead of leaking."""
        return new_key(owner_id, self.kind, "mp4", row_id), new_key(owner_id, self.kind, "jpg", row_id)

    @step_name("Job.begin")
    def begin(self, session: Session, subject: str) -> list[str]:
        """The keys that the files will have; none when the work is not wanted."""
        row_id = UUID(subject)
        self.lock(session, row_id)
        if not self.start(session, row_id):
            return []
        self.touch(session, row_id)
        return list(self.file_keys(session.get_one(self.table, row_id).owner_id, row_id))

    def start(self, session: Session, row_id: UUID) -> bool:
        return change(session, self.table, row_id, status=JobStatus.RUNNING, progress=0.0, **self.fresh)

    @step_name("Job.attempt")
    async def attempt(self, subject: str) -> JobOutcome:
        """One try, begun or taken up again where a crash left it."""
        try:
            return success(await self.make(UUID(subject)))
        except Exception as error:
            outcome = failure(error)
            metrics.count_failed_attempt(self.name.value, outcome["kind"])
            return outcome

    @step_name("Job.settle")
    def settle(self, session: Session, subject: str, outcome: JobOutcome) -> bool:
        """The row's one end, and what an operator reads of it. False when it has ended before, or is gone."""
        row_id, made = UUID(subject), outcome["made"]
        self.lock(session, row_id)
        status = JobStatus.FAILED if made is None else JobStatus.SUCCEEDED
        values = {"failure_kind": outcome["kind"], "failure": outcome["sentence"]} if made is None else made
        if not end(session, self.table, row_id, status, **values):
            return False
        session.add(self.event(session, row_id, outcome))
        self.touch(session, row_id)
        return True

    def touch(self, session: Session, row_id: UUID) -> None:
        """Tells open tabs of what changed."""
        if (project_id := self.project_of(session, row_id)) is not None:
            touch(session, project_id)

    def tell(self, session: Session, row_id: UUID) -> None:
        """Tells those that show its progress."""
        if (project_id := self.project_of(session, row_id)) is not None:
            touch_progress(session, project_id)

    def write(self, row_id: UUID, **values: Any) -> bool:
        """In a transaction of its own. False when the row has ended or is gone."""
        with get_database().unscoped() as session:
            self.lock(session, row_id)
            written = change(session, self.table, row_id, **values)
            if written:
                self.tell(session, row_id)
            return written

    def is_wanted(self, row_id: UUID) -> bool:
        return self._status(row_id) in UNFINISHED

    def discard_unwanted(self, subject: str, keys: list[str]) -> None:
        if self._status(UUID(subject)) not in (*UNFINISHED, JobStatus.SUCCEEDED):
            delete_unnamed(keys)

    async def _try(self, steps: Steps, subject: str) -> JobOutcome:
        outcome, failed_attempts = await steps.step(self.attempt, subject), 1
        while outcome["retryable"] and failed_attempts < (outcome.get("tries") or self.attempts):
            asked_for = outcome.get("retry_after")
            if asked_for is not None and asked_for > LONGEST_BACKOFF:
                return _later(outcome, asked_for)
            await asyncio.sleep(backoff_seconds(failed_attempts, asked_for))
            metrics.JOB_RETRIES.labels(self.name.value).inc()
            await steps.transaction(self.begin, subject)
            outcome = await steps.step(self.attempt, subject)
            failed_attempts += 1
        return outcome

    def _status(self, row_id: UUID) -> JobStatus | None:
        with get_database().reading() as session:
            status = session.exec(select(self.table.status).where(col(self.table.id) == row_id)).one_or_none()
            return None if status is None else JobStatus(status)

    def event(self, session: Session, row_id: UUID, outcome: JobOutcome) -> JobEvent:
        owner_id, made = session.get_one(self.table, row_id).owner_id, outcome["made"]
        if made is not None:
            return JobEvent(owner_id=owner_id, subject_id=row_id, message="made", data=made)
        data = {"kind": outcome["kind"], "cause": outcome["cause"]}
        return JobEvent(
            owner_id=owner_id, subject_id=row_id, level="error", message=outcome["sentence"], data=data
        )


@dataclass
class Progress:
    """Written when it changed, and not more often than people can see.

    Raises JobCancelled when nobody waits any more.
    """

    job: RowJob
    row_id: UUID
    _written: dict[str, Any] = field(default_factory=dict)
    _due: float = 0.0

    async def __call__(self, fraction: float, **stage: Any) -> None:
        values = {"progress": round(fraction, 3), **stage}
        if monotonic() < self._due and values.get("stage") == self._written.get("stage"):
            return
        if not await asyncio.to_thread(self._write, values):
            raise JobCancelled
        self._written, self._due = values, monotonic() + REPORT_SECONDS

    def _write(self, values: dict[str, Any]) -> bool:
        if values == self._written:
            return self.job.is_wanted(self.row_id)
        return self.job.write(self.row_id, **values)


def backoff_seconds(failed_attempts: int, asked_for: float | None = None) -> float:
    """Longer each time, and never the same for many at once; or what the other side asks for."""
    seconds: float = max(BACKOFF_SECONDS * 2**failed_attempts, asked_for or 0.0)
    jitter = random.uniform(1.0, 1.3)  # noqa: S311 - no secret hangs on it
    return min(float(seconds * jitter), LONGEST_BACKOFF)


def success(made: dict[str, Any]) -> JobOutcome:
    outcome = failed("", "", "")
    outcome["made"] = made
    return outcome


def failed(kind: str, sentence: str, cause: str, retryable: bool = False) -> JobOutcome:
    return JobOutcome(
        made=None, kind=kind, sentence=sentence, cause=cause, retryable=retryable, retry_after=None,
        tries=None, moderated=False, refundable=None,
    )  # fmt: skip


def failure(error: Exception) -> JobOutcome:
    """Our own errors speak for themselves; any other is a bug or a hiccup, and may be tried again."""
    if not is_expected(error):
        logger.error("a job failed in a way that nobody foresaw", exc_info=error)
        return failed("internal", INTERNAL, repr(error), retryable=True)
    kind = getattr(error, "kind", _snake(type(error).__name__))
    outcome = failed(kind, error.sentence, getattr(error, "cause", "") or repr(error))
    outcome["retryable"] = bool(getattr(error, "retryable", False))
    outcome["retry_after"] = getattr(error, "retry_after", None)
    outcome["tries"] = getattr(error, "tries", None)
    outcome["moderated"] = bool(getattr(error, "moderated", False))
    outcome["refundable"] = getattr(error, "refundable", None)
    return outcome


def _later(outcome: JobOutcome, seconds: float) -> JobOutcome:
    """Nobody's place in the line is held for so long."""
    sentence = f"No more of these can be made right now. Please try again {when_to_try_again(seconds)}."
    return failed(RATE_LIMITED, sentence, f"asked to wait {seconds:g} s: {outcome['cause']}")


def _end_of(outcome: JobOutcome) -> str:
    if outcome["made"] is not None:
        return metrics.SUCCEEDED
    return metrics.CANCELLED if outcome["kind"] == JobCancelled.kind else metrics.FAILED


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
