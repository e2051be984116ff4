"""What making a take and making a film have in common: the life of such a job."""

import asyncio
import logging
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.database import get_database
from echoes.database.outcomes import JobTable, change, end
from echoes.database.workflows import Steps
from echoes.errors import EchoesError
from echoes.models import UNFINISHED, JobEvent, JobStatus
from echoes.settings import get_settings
from echoes.storage import get_storage, new_key
from echoes.storage.disk import full_disk_in_words

PAUSE_SECONDS = 1.0
REPORT_SECONDS = 0.4
ATTEMPT = ".attempt-"
"""In the name of every folder of scratch that a job has."""
INTERNAL = "Something went wrong on our side while this was being made. Please try again."

Entered = TypeVar("Entered")

logger = logging.getLogger(__name__)


class Unwanted(EchoesError):
    """The row has ended, or is gone, while its work was under way."""

    def __init__(self) -> None:
        super().__init__("This was cancelled.")


class Ending(TypedDict):
    """How one attempt ended, as it is remembered between the steps of a job."""

    made: dict[str, Any] | None
    """What the row is to know about the result; nothing when it failed."""
    kind: str
    sentence: str
    cause: str
    retryable: bool


@dataclass(frozen=True)
class Job:
    """One kind of job. The row begins, is worked on in a few attempts, and ends once."""

    table: JobTable
    kind: str
    """Where its files lie in storage."""
    make: Callable[[UUID], Awaitable[dict[str, Any]]]
    """One attempt: files are stored, and what the row is to know of them is returned. May raise Unwanted."""
    touch: Callable[[Session, UUID], None]
    fresh: dict[str, Any] = field(default_factory=dict)
    attempts: int = 3

    async def run(self, steps: Steps, subject: str) -> None:
        keys = await steps.transaction(self.begin, subject)
        if not keys:
            return
        try:
            ending = await self._try(steps, subject)
            await steps.transaction(self.settle, subject, ending)
        finally:
            # Not a step: whatever stops the job, files that no row will ever name do not stay.
            await asyncio.to_thread(self.discard_unwanted, subject, keys)

    def file_keys(self, owner_id: UUID, row_id: UUID) -> tuple[str, str]:
        """Video and poster. Fixed by the row, so that making it again overwrites instead of leaking."""
        return new_key(owner_id, self.kind, "mp4", row_id), new_key(owner_id, self.kind, "jpg", row_id)

    def begin(self, session: Session, subject: str) -> list[str]:
        """The keys that the files will have; none when the work is not wanted."""
        row_id = UUID(subject)
        if not change(session, self.table, row_id, status=JobStatus.RUNNING, progress=0.0, **self.fresh):
            return []
        self.touch(session, row_id)
        return list(self.file_keys(session.get_one(self.table, row_id).owner_id, row_id))

    async def attempt(self, subject: str) -> Ending:
        """One try, begun or taken up again where a crash left it."""
        try:
            return success(await self.make(UUID(subject)))
        except Exception as error:
            return failure(error)

    def settle(self, session: Session, subject: str, ending: Ending) -> bool:
        """The row's one end, and what an operator reads of it. False when it has ended before, or is gone."""
        row_id, made = UUID(subject), ending["made"]
        status = JobStatus.FAILED if made is None else JobStatus.SUCCEEDED
        values = {"failure_kind": ending["kind"], "failure": ending["sentence"]} if made is None else made
        if not end(session, self.table, row_id, status, **values):
            return False
        session.add(self._event(session, row_id, ending))
        self.touch(session, row_id)
        return True

    def write(self, row_id: UUID, **values: Any) -> bool:
        """In a transaction of its own. False when the row has ended or is gone."""
        with get_database().unscoped() as session:
            written = change(session, self.table, row_id, **values)
            if written:
                self.touch(session, row_id)
            return written

    def is_wanted(self, row_id: UUID) -> bool:
        return self._status(row_id) in UNFINISHED

    def discard_unwanted(self, subject: str, keys: list[str]) -> None:
        if self._status(UUID(subject)) not in (*UNFINISHED, JobStatus.SUCCEEDED):
            get_storage().delete(keys)

    async def _try(self, steps: Steps, subject: str) -> Ending:
        ending = await steps.step(self.attempt, subject)
        for failed_attempts in range(1, self.attempts):
            if not ending["retryable"]:
                break
            await asyncio.sleep(PAUSE_SECONDS * 2**failed_attempts)
            await steps.transaction(self.begin, subject)
            ending = await steps.step(self.attempt, subject)
        return ending

    def _status(self, row_id: UUID) -> JobStatus | None:
        with get_database().reading() as session:
            status = session.exec(select(self.table.status).where(col(self.table.id) == row_id)).one_or_none()
            return None if status is None else JobStatus(status)

    def _event(self, session: Session, row_id: UUID, ending: Ending) -> JobEvent:
        owner_id, made = session.get_one(self.table, row_id).owner_id, ending["made"]
        if made is not None:
            return JobEvent(owner_id=owner_id, subject_id=row_id, message="made", data=made)
        data = {"kind": ending["kind"], "cause": ending["cause"]}
        return JobEvent(
            owner_id=owner_id, subject_id=row_id, level="error", message=ending["sentence"], data=data
        )


@dataclass
class Progress:
    """Written when it changed, and not more often than people can see; raises Unwanted when nobody waits any
    more."""

    job: Job
    row_id: UUID
    _written: dict[str, Any] = field(default_factory=dict)
    _due: float = 0.0

    async def __call__(self, fraction: float, **stage: str) -> None:
        if monotonic() < self._due:
            return
        values = {"progress": round(fraction, 3), **stage}
        if not await asyncio.to_thread(self._write, values):
            raise Unwanted
        self._written, self._due = values, monotonic() + REPORT_SECONDS

    def _write(self, values: dict[str, Any]) -> bool:
        if values == self._written:
            return self.job.is_wanted(self.row_id)
        return self.job.write(self.row_id, **values)


def success(made: dict[str, Any]) -> Ending:
    return Ending(made=made, kind="", sentence="", cause="", retryable=False)


def failure(error: Exception) -> Ending:
    """Our own errors speak for themselves; any other is a bug or a hiccup, and may be tried again."""
    if isinstance(error, EchoesError):
        kind = getattr(error, "kind", _snake(type(error).__name__))
        cause = getattr(error, "cause", "") or repr(error)
        retryable = bool(getattr(error, "retryable", False))
        return Ending(made=None, kind=kind, sentence=error.sentence, cause=cause, retryable=retryable)
    logger.error("a job failed in a way that nobody foresaw", exc_info=error)
    return Ending(made=None, kind="internal", sentence=INTERNAL, cause=repr(error), retryable=True)


@asynccontextmanager
async def work_folder(name: str) -> AsyncIterator[Path]:
    """For one attempt alone: a worker that was thought dead may still be at the same job."""
    folder = await asyncio.to_thread(_new_folder, name)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


@asynccontextmanager
async def entered(manager: AbstractContextManager[Entered]) -> AsyncIterator[Entered]:
    """A context manager that may take its time, such as a download, entered off the event loop."""
    value = await asyncio.to_thread(manager.__enter__)
    try:
        yield value
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


def _new_folder(name: str) -> Path:
    work = get_settings().work_dir
    with full_disk_in_words():
        work.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{name}{ATTEMPT}", dir=work))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
