"""Cancel at the provider, and settle the money.

Telling a provider that a submission is cancelled, and settling the money by what it answers.

A job of its own, on a queue that never waits for clips: the worker that held the take may be gone.
"""

import asyncio
import logging
from typing import NotRequired, TypedDict
from uuid import UUID

from sqlmodel import Session, col, select, update

from echoes.credits import refunds
from echoes.database import get_database
from echoes.database.revisions import touch
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.lifecycle import backoff_seconds
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import JobEvent, JobStatus, Take, User
from echoes.providers import get_provider
from echoes.providers.base import CancelAnswer, Provider, ProviderConnection, ProviderError, Unreachable
from echoes.takes.cancellation import ASKING, STOPPED, CancelledSubmission, lock_project_of
from echoes.takes.generation import provider_spend
from echoes.takes.generation.provider_log import ProviderLog

ID_TIMEOUT = 180.0
"""In seconds: a submission on its way when it was cancelled gets its id within this time, or never."""
LOOKS = 60
TELLINGS = 8
ANSWERING = 120.0
"""In seconds: how long the provider may take to answer once."""
CHARGED = "Stopped, but too late: the clip had already been charged for, so the credit does not come back."

logger = logging.getLogger(__name__)


class CancellationAnswer(TypedDict):
    is_charged: bool
    cause: str
    job_id: NotRequired[str]
    cost: NotRequired[float | None]


UNANSWERED = CancellationAnswer(is_charged=False, cause="the provider was never told")
"""What nobody could find out is not the user's to pay for."""


class CancelTake(Job):
    name = JobName.CANCEL_TAKE

    async def run(self, steps: Steps, subject: str) -> None:
        answer = await steps.step(tell_provider, subject)
        await steps.transaction(settle, subject, answer)

    def settle_given_up(self, session: Session, subject: str) -> bool:
        """A submission that was cancelled, and nobody managed to tell the provider."""
        return settle(session, subject, UNANSWERED)


@step_name("tell_provider")
async def tell_provider(subject: str) -> CancellationAnswer:
    submission = CancelledSubmission.from_text(subject)
    job_id = submission.job_id or await _find_job(UUID(submission.take_id))
    if job_id is None:
        return CancellationAnswer(is_charged=False, cause="no job of the provider is known")
    try:
        answer = await _tell(get_provider(submission.provider), submission, job_id)
    except ProviderError as error:
        return CancellationAnswer(is_charged=False, cause=error.cause or error.sentence)
    except Exception as error:
        # A provider of a third party may break in any way: the money is settled all the same.
        logger.exception("%s could not be told that %s is cancelled", submission.provider, job_id)
        return CancellationAnswer(is_charged=False, cause=repr(error))
    said = "stopped" if answer.stopped else "not stopped"
    return CancellationAnswer(is_charged=answer.charged, cause=said, job_id=job_id, cost=answer.cost)


@step_name("settle")
def settle(session: Session, subject: str, answer: CancellationAnswer) -> bool:
    """The money, and what the person and the operator read, in one transaction. Whether it came back."""
    submission = CancelledSubmission.from_text(subject)
    take_id, owner_id = UUID(submission.take_id), UUID(submission.owner_id)
    project_id = lock_project_of(session, take_id)
    provider_spend.record_spend(
        session, take_id, submission.provider, answer.get("job_id", ""), answer.get("cost")
    )
    is_back = not answer["is_charged"] and refunds.give_back(
        session, owner_id, take_id, submission.price, refunds.NOTE_OF_STOPPED
    )
    kind, words = ("charged", CHARGED) if answer["is_charged"] else ("cancelled", _back(submission.price))
    asking = update(Take).where(
        col(Take.id) == take_id, col(Take.status) == JobStatus.CANCELLED, col(Take.failure_kind) == ASKING
    )
    answered = session.exec(asking.values(failure_kind=kind, failure=words if submission.price else STOPPED))
    # Of a take that was removed there is no row to change, and the charge is news all the same.
    is_lost = answer["is_charged"] and project_id is None
    if not (is_back or answered.rowcount > 0 or is_lost):
        return False
    if session.get(User, owner_id) is not None:
        data = {**answer, "refunded": is_back, "price": submission.price}
        session.add(JobEvent(owner_id=owner_id, subject_id=take_id, message="called off", data=data))
    if project_id is not None:
        touch(session, project_id)
    return is_back


async def _tell(provider: Provider, submission: CancelledSubmission, job_id: str) -> CancelAnswer:
    record = ProviderLog(UUID(submission.take_id), UUID(submission.owner_id))
    for telling in range(1, TELLINGS + 1):
        try:
            async with (
                work_folder(f"cancel-{submission.take_id}") as folder,
                provider.connect(folder, record) as connection,
            ):
                return await _cancel(connection, job_id)
        except Unreachable as error:
            if telling == TELLINGS:
                raise
            await asyncio.sleep(backoff_seconds(telling, error.retry_after))
    raise RuntimeError("unreachable: the last telling returns or raises")


async def _cancel(connection: ProviderConnection, job_id: str) -> CancelAnswer:
    try:
        async with asyncio.timeout(ANSWERING):
            return await connection.cancel(job_id)
    except TimeoutError as error:
        raise Unreachable(
            "The clip service is not answering.", cause=f"no answer within {ANSWERING:g} s"
        ) from error


async def _find_job(take_id: UUID) -> str | None:
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(ID_TIMEOUT / LOOKS)
        is_there, job_id = await asyncio.to_thread(_read_job, take_id)
        if job_id or not is_there:
            return job_id
    return None


def _read_job(take_id: UUID) -> tuple[bool, str | None]:
    query = select(Take.id, Take.provider_job_id).where(col(Take.id) == take_id)
    with get_database().reading() as session:
        found = session.exec(query).one_or_none()
        return (False, None) if found is None else (True, found[1])


def _back(price: int) -> str:
    return f"{STOPPED} {refunds.said(price)}".strip()
