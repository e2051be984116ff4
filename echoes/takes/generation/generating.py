"""Generate a take at its provider, the first of two jobs: submitted once, polled, downloaded.

The row says how far it is: a worker that takes it up after a crash asks the row, not its memory.
"""

import asyncio
import logging
import random
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from compiler.requests import PosterRequest
from echoes.content_credentials.provenance import source_of
from echoes.content_credentials.signing import clip_signer
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs.lifecycle import LONGEST_BACKOFF, JobCancelled, Progress, backoff_seconds
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import now
from echoes.models.framing import framing_columns
from echoes.observability.metrics import counted_provider
from echoes.processes.compiler import get_compiler
from echoes.providers import get_provider
from echoes.providers.base import (
    Delivered,
    DeliveryFailed,
    Failed,
    NotSubmitted,
    PerhapsSubmitted,
    Provider,
    ProviderConnection,
    ProviderError,
    Running,
    State,
    Succeeded,
    Unreachable,
    Waiting,
)
from echoes.storage import get_storage
from echoes.takes.generation import provider_spend, timeouts
from echoes.takes.generation.draining import in_flight, shielded
from echoes.takes.generation.provider_log import ProviderLog
from echoes.takes.generation.submission import (
    ANSWER_LOST,
    Submission,
    claim,
    release_claim_if_retryable,
    request_cancellation,
    submission_with_photo,
    submit,
)
from echoes.takes.lifecycle import FETCHING, MAKING, SENDING, WAITING, TakeJob

TOO_LONG = "This took much longer than it should, so we stopped it. Please try again."
SLOW_DOWNLOAD = "The finished clip did not arrive in time. Please try again."
ATTEMPTS = 6
"""Of what costs nothing: a submission that was refused for now, a delivery that broke off."""
SUBMISSIONS = 3
"""Of submissions that were taken and then failed on the provider's side."""
DELIVERIES = 10
"""Within a quarter of an hour, while nothing comes: what is made was paid for, and lies there for hours."""

logger = logging.getLogger(__name__)


class TakeFailed(ProviderError):
    """The provider says that its job failed."""

    status = 502
    code = "take_failed"

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence, failed.cause)
        self.kind, self.retryable = failed.kind, failed.retryable
        self.moderated, self.refundable = failed.moderated, failed.refundable
        self.cost, self.tries = failed.cost, SUBMISSIONS


class GenerationTimeout(ProviderError):
    status = 504
    code = "generation_timeout"
    kind = "too_slow"


class GenerateTake(TakeJob):
    """Submits a clip to its provider, polls it and downloads it."""

    name = JobName.GENERATE_TAKE
    attempts = ATTEMPTS
    fresh: ClassVar[dict[str, Any]] = {"progress": 0.0, "stage": ""}

    async def make(self, take_id: UUID) -> dict[str, Any]:
        """After a failed job, or a submission surely not taken, the next attempt may submit again. After
        anything else, such as a mistake of ours, it goes on with the same job: a second one would be paid
        for."""
        async with work_folder(f"take-{take_id}") as folder, AsyncExitStack() as stack:
            submission, photo = await asyncio.to_thread(submission_with_photo, take_id, folder)
            stack.enter_context(counted_provider(submission.provider))
            provider, record = (
                get_provider(submission.provider),
                ProviderLog(submission.take_id, submission.owner_id),
            )
            connection = await stack.enter_async_context(provider.connect(folder, record))
            async with in_flight.track():
                job_id, since = await self._submit_once(provider, connection, submission, photo, record)
            try:
                await self._watch(provider, connection, take_id, job_id, since)
            except TakeFailed as failed:
                await _note_cost(submission, job_id, failed.cost)
                await release_claim_if_retryable(failed, take_id, since)
                raise
            delivered = await self._fetch(connection, take_id, job_id)
            await _note_cost(submission, job_id, delivered.cost)
            return await self._store(submission, delivered)

    async def _submit_once(
        self,
        provider: Provider,
        connection: ProviderConnection,
        submission: Submission,
        photo: Path,
        record: ProviderLog,
    ) -> tuple[str, datetime]:
        """The provider's job, and when it was submitted. Between the two writes the job may exist without us
        knowing its id: then it is not submitted again."""
        moment = now()
        if not provider.repeatable:
            if submission.submitted_at is not None and submission.provider_job_id is not None:
                return submission.provider_job_id, submission.submitted_at
            if submission.submitted_at is not None or not await asyncio.to_thread(
                claim, submission.take_id, moment
            ):
                raise PerhapsSubmitted(ANSWER_LOST, "an earlier attempt began to submit it")
        stage = MAKING if provider.repeatable else SENDING
        made_of = {"rotation": submission.rotation, **framing_columns(submission.framing)}
        await self._write(submission.take_id, stage=stage, submitted_at=moment, **made_of)
        try:
            job_id = await shielded(submit(connection, submission, photo))
        except NotSubmitted as refused:
            await release_claim_if_retryable(refused, submission.take_id, moment)
            raise
        except EchoesError:
            raise
        except Exception as error:
            if provider.repeatable:
                raise
            # Whatever broke: the submission may have gone out. The operator reads what it was.
            logger.exception("the submission of take %s broke off", submission.take_id)
            raise PerhapsSubmitted(ANSWER_LOST, repr(error)) from error
        await record.note("ordered", provider=submission.provider, model=submission.model, job_id=job_id)
        return job_id, moment

    async def _watch(
        self, provider: Provider, connection: ProviderConnection, take_id: UUID, job_id: str, since: datetime
    ) -> None:
        """Until the clip is made. Whoever stops the take also tells the provider."""
        progress, silences = Progress(self, take_id), 0
        while True:
            wait = provider.poll_seconds * random.uniform(1.0, 1.25)  # noqa: S311 - no secret hangs on it
            try:
                state = await _ask(connection, job_id)
                silences = 0
            except Unreachable as error:
                silences += 1
                wait, state = max(wait, backoff_seconds(silences, error.retry_after)), None
            if isinstance(state, Succeeded):
                return
            if isinstance(state, Failed):
                raise TakeFailed(state)
            if isinstance(state, Waiting):
                await progress(0.0, stage=WAITING, queue_position=state.position)
            elif isinstance(state, Running):
                await progress(state.progress or 0.0, stage=MAKING, queue_position=None)
            if (now() - since).total_seconds() > timeouts.TIMEOUTS.making:
                await request_cancellation(connection, job_id)
                raise GenerationTimeout(TOO_LONG, f"not made within {timeouts.TIMEOUTS.making:g} s")
            await asyncio.sleep(wait)

    async def _fetch(self, connection: ProviderConnection, take_id: UUID, job_id: str) -> Delivered:
        """What is made is paid for: not given up for minutes of absence, nor for a wait that is asked for."""
        await self._write(take_id, stage=FETCHING, queue_position=None)
        try:
            async with asyncio.timeout(timeouts.TIMEOUTS.fetching):
                return await connection.fetch(job_id)
        except Unreachable as error:
            error.retry_after, error.tries = min(error.retry_after or 0.0, LONGEST_BACKOFF), DELIVERIES
            raise
        except DeliveryFailed as error:
            if error.kind == Unreachable.kind:
                error.tries = DELIVERIES
            raise
        except TimeoutError as error:
            raise DeliveryFailed(
                "timeout", SLOW_DOWNLOAD, f"not within {timeouts.TIMEOUTS.fetching:g} s"
            ) from error

    async def _store(self, submission: Submission, delivered: Delivered) -> dict[str, Any]:
        storage = get_storage()
        video_key, poster_key, small_key, *_, raw_key = self.file_keys(
            submission.owner_id, submission.take_id
        )
        if not delivered.in_profile:
            await asyncio.to_thread(storage.put, raw_key, delivered.video)
            return {"raw_key": raw_key}
        poster, small = await _posters(delivered)
        sign = clip_signer(source_of(submission.provider, submission.model))
        await asyncio.to_thread(sign, delivered.video)
        size_bytes = delivered.video.stat().st_size
        await asyncio.to_thread(storage.put, video_key, delivered.video)
        await asyncio.to_thread(storage.put, poster_key, poster)
        await asyncio.to_thread(storage.put, small_key, small)
        return {
            "progress": 1.0,
            "stage": "",
            "video_key": video_key,
            "poster_key": poster_key,
            "small_poster_key": small_key,
            "size_bytes": size_bytes,
            "frames": delivered.frames,
            "profile_version": delivered.profile_version,
        }

    async def _write(self, take_id: UUID, **values: Any) -> None:
        if not await asyncio.to_thread(lambda: self.write(take_id, **values)):
            raise JobCancelled


async def _posters(delivered: Delivered) -> tuple[Path, Path]:
    """Beside the clip: as it is, and a light one for pages."""
    if delivered.poster is not None and delivered.small_poster is not None:
        return delivered.poster, delivered.small_poster
    poster, small = delivered.video.with_suffix(".jpg"), delivered.video.with_suffix(".webp")
    await get_compiler().run(PosterRequest(delivered.video, poster, small=small))
    return poster, small


async def _ask(connection: ProviderConnection, job_id: str) -> State:
    try:
        async with asyncio.timeout(timeouts.TIMEOUTS.answering):
            return await connection.poll(job_id)
    except TimeoutError as error:
        raise Unreachable(TOO_LONG, cause=f"no answer within {timeouts.TIMEOUTS.answering:g} s") from error


async def _note_cost(submission: Submission, job_id: str, cost: float | None) -> None:
    def note() -> None:
        with get_database().unscoped() as session:
            provider_spend.record_spend(session, submission.take_id, submission.provider, job_id, cost)

    await asyncio.to_thread(note)
