"""Idempotent submission.

Submitting a take to its provider, each step remembered by its row: claimed, sent, the id written down.
"""

import asyncio
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from uuid import UUID

from sqlmodel import col, select, update

from compiler.subject import FramingChoice, PhotoSubject
from echoes.catalogue.aspects import size_of
from echoes.database import get_database
from echoes.errors import NotFound
from echoes.jobs.lifecycle import JobCancelled
from echoes.models import UNFINISHED, Clip, Photo, Take
from echoes.providers.base import (
    ClipRequest,
    PerhapsSubmitted,
    ProviderConnection,
    ProviderError,
    Size,
)
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.storage.disk import full_or_read_only_disk_in_words
from echoes.takes.generation import timeouts

ANSWER_LOST = "The connection was lost while we were asking for this clip. Please try again."
SEEDS = 2**32

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submission:
    """What the rows say about the take to be made."""

    take_id: UUID
    owner_id: UUID
    provider: str
    model: str
    motion: str
    prompt: str | None
    size: Size
    photo_key: str
    rotation: int
    framing: FramingChoice
    subject: PhotoSubject | None
    seconds: float
    submitted_at: datetime | None
    provider_job_id: str | None


def read_submission(take_id: UUID) -> Submission:
    query = (
        select(Take, Photo)
        .join(Clip, col(Clip.id) == col(Take.clip_id))
        .join(Photo, col(Photo.id) == col(Clip.photo_id))
        .where(col(Take.id) == take_id, col(Take.status).in_(UNFINISHED))
    )
    with get_database().reading() as session:
        if (found := session.exec(query).one_or_none()) is None:
            raise JobCancelled
        take, photo = found
        return Submission(
            take_id=take.id,
            owner_id=take.owner_id,
            provider=take.provider,
            model=take.model,
            motion=take.motion,
            prompt=take.prompt,
            size=size_of(take.aspect),
            photo_key=photo.master_key,
            rotation=photo.rotation,
            framing=photo.framing,
            subject=PhotoSubject.from_json(photo.subject) if photo.subject else None,
            seconds=take.seconds or get_settings().clip_seconds,
            submitted_at=take.submitted_at,
            provider_job_id=take.provider_job_id,
        )


def submission_with_photo(take_id: UUID, folder: Path) -> tuple[Submission, Path]:
    """With a copy in the job's own folder: its owner may rotate the photo meanwhile, and then the file goes.
    If it has gone already, the row names another by now."""
    submission = read_submission(take_id)
    while True:
        try:
            with get_storage().local_path(submission.photo_key) as stored, full_or_read_only_disk_in_words():
                return submission, Path(
                    shutil.copyfile(stored, folder / PurePosixPath(submission.photo_key).name)
                )
        except (NotFound, FileNotFoundError):
            missing, submission = submission.photo_key, read_submission(take_id)
            if submission.photo_key == missing:
                raise


async def submit(connection: ProviderConnection, submission: Submission, photo: Path) -> str:
    """Whoever stops the take meanwhile waits for the answer: without the id the job could not be cancelled,
    and would be paid for nothing."""
    try:
        async with asyncio.timeout(timeouts.TIMEOUTS.sending):
            job_id = await connection.submit(_request(submission, photo))
    except TimeoutError as error:
        raise PerhapsSubmitted(ANSWER_LOST, f"no answer within {timeouts.TIMEOUTS.sending:g} s") from error
    if not await asyncio.to_thread(_remember, submission.take_id, job_id):
        await request_cancellation(connection, job_id)
        raise JobCancelled
    return job_id


def _request(submission: Submission, photo: Path) -> ClipRequest:
    return ClipRequest(
        model=submission.model,
        photo=photo,
        motion=submission.motion,
        size=submission.size,
        seconds=submission.seconds,
        prompt=submission.prompt,
        seed=submission.take_id.int % SEEDS,
        framing=submission.framing,
        subject=submission.subject,
    )


def claim(take_id: UUID, moment: datetime) -> bool:
    """One worker alone may submit: another one may have been taken for dead and wake up again."""
    free = update(Take).where(
        col(Take.id) == take_id, col(Take.status).in_(UNFINISHED), col(Take.submitted_at).is_(None)
    )
    with get_database().unscoped() as session:
        return bool(session.exec(free.values(submitted_at=moment)).rowcount)


async def release_claim_if_retryable(error: ProviderError, take_id: UUID, since: datetime) -> None:
    if error.retryable:
        await asyncio.to_thread(_free, take_id, since)


def _free(take_id: UUID, since: datetime) -> None:
    """For the next submission. This one alone is forgotten: another worker may have submitted since."""
    mine = update(Take).where(
        col(Take.id) == take_id, col(Take.status).in_(UNFINISHED), col(Take.submitted_at) == since
    )
    with get_database().unscoped() as session:
        session.exec(mine.values(submitted_at=None, provider_job_id=None))


def _remember(take_id: UUID, job_id: str) -> bool:
    """Whether somebody still wants it. The id is kept in any case: whoever stopped the take looks for it."""
    take = update(Take).where(col(Take.id) == take_id).values(provider_job_id=job_id)
    with get_database().unscoped() as session:
        return session.exec(take.returning(col(Take.status))).scalar_one_or_none() in UNFINISHED


async def request_cancellation(connection: ProviderConnection, job_id: str) -> None:
    """As well as we can: the row that would remember to ask again has ended."""
    try:
        async with asyncio.timeout(timeouts.TIMEOUTS.answering):
            await connection.cancel(job_id)
    except (ProviderError, TimeoutError):
        logger.exception("the submission %s, which nobody wants any more, could not be cancelled", job_id)
