"""The first of two jobs that make a take: ordered once, watched, fetched.

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
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs.lifecycle import LONGEST_BACKOFF, JobCancelled, Progress, backoff_seconds
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import now
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
from echoes.takes import provider_spend, timeouts
from echoes.takes.draining import in_flight, shielded
from echoes.takes.lifecycle import FETCHING, MAKING, SENDING, WAITING, TakeJob
from echoes.takes.provider_log import ProviderLog
from echoes.takes.submission import (
    ANSWER_LOST,
    Submission,
    claim,
    release_claim_if_retryable,
    request_cancellation,
    submission_with_photo,
    submit,
)

TOO_LONG = "This took much longer than it should, so we stopped it. Please try again."
SLOW_DOWNLOAD = "The finished clip did not arrive in time. Please try again."
ATTEMPTS = 6
"""Of what costs nothing: an order that was refused for now, a delivery that broke off."""
ORDERS = 3
"""Of orders that were taken and then failed on the provider's side."""
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
        self.cost, self.tries = failed.cost, ORDERS


class GenerationTimeout(ProviderError):
    status = 504
    code = "generation_timeout"
    kind = "too_slow"


class GenerateTake(TakeJob):
    """Orders a clip from its provider, watches it and fetches it."""

    name = JobName.GENERATE_TAKE
    attempts = ATTEMPTS
    fresh: ClassVar[dict[str, Any]] = {"progress": 0.0, "stage": ""}

    async def make(self, take_id: UUID) -> dict[str, Any]:
        """After a failed job, or an order that was surely not taken, the next attempt may order anew. After
        anything else, such as a mistake of ours, it goes on with the same job: a second one would be paid
        for."""
        async with work_folder(f"take-{take_id}") as folder, AsyncExitStack() as stack:
            order, photo = await asyncio.to_thread(submission_with_photo, take_id, folder)
            stack.enter_context(counted_provider(order.provider))
            provider, record = get_provider(order.provider), ProviderLog(order.take_id, order.owner_id)
            connection = await stack.enter_async_context(provider.connect(folder, record))
            async with in_flight.track():
                job_id, since = await self._order_once(provider, connection, order, photo, record)
            try:
                await self._watch(provider, connection, take_id, job_id, since)
            except TakeFailed as failed:
                await _note_cost(order, job_id, failed.cost)
                await release_claim_if_retryable(failed, take_id, since)
                raise
            delivered = await self._fetch(connection, take_id, job_id)
            await _note_cost(order, job_id, delivered.cost)
            return await self._store(order, delivered, folder / "poster.jpg")

    async def _order_once(
        self,
        provider: Provider,
        connection: ProviderConnection,
        order: Submission,
        photo: Path,
        record: ProviderLog,
    ) -> tuple[str, datetime]:
        """The provider's job, and when it was ordered. Between the two writes the job may exist without us
        knowing its id: then it is not ordered again."""
        moment = now()
        if not provider.repeatable:
            if order.submitted_at is not None and order.provider_job_id is not None:
                return order.provider_job_id, order.submitted_at
            if order.submitted_at is not None or not await asyncio.to_thread(claim, order.take_id, moment):
                raise PerhapsSubmitted(ANSWER_LOST, "an earlier attempt began to order it")
        stage = MAKING if provider.repeatable else SENDING
        await self._write(order.take_id, stage=stage, submitted_at=moment, rotation=order.rotation)
        try:
            job_id = await shielded(submit(connection, order, photo))
        except NotSubmitted as refused:
            await release_claim_if_retryable(refused, order.take_id, moment)
            raise
        except EchoesError:
            raise
        except Exception as error:
            if provider.repeatable:
                raise
            # Whatever broke: the order may have gone out. The operator reads what it was.
            logger.exception("the order of take %s broke off", order.take_id)
            raise PerhapsSubmitted(ANSWER_LOST, repr(error)) from error
        await record.note("ordered", provider=order.provider, model=order.model, job_id=job_id)
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

    async def _store(self, order: Submission, delivered: Delivered, poster: Path) -> dict[str, Any]:
        storage = get_storage()
        video_key, poster_key, _, raw_key = self.file_keys(order.owner_id, order.take_id)
        if not delivered.in_profile:
            await asyncio.to_thread(storage.put, raw_key, delivered.video)
            return {"raw_key": raw_key}
        await get_compiler().run(PosterRequest(delivered.video, poster))
        size_bytes = delivered.video.stat().st_size
        await asyncio.to_thread(storage.put, video_key, delivered.video)
        await asyncio.to_thread(storage.put, poster_key, poster)
        return {
            "progress": 1.0,
            "stage": "",
            "video_key": video_key,
            "poster_key": poster_key,
            "size_bytes": size_bytes,
            "frames": delivered.frames,
            "profile_version": delivered.profile_version,
        }

    async def _write(self, take_id: UUID, **values: Any) -> None:
        if not await asyncio.to_thread(lambda: self.write(take_id, **values)):
            raise JobCancelled


async def _ask(connection: ProviderConnection, job_id: str) -> State:
    try:
        async with asyncio.timeout(timeouts.TIMEOUTS.answering):
            return await connection.poll(job_id)
    except TimeoutError as error:
        raise Unreachable(TOO_LONG, cause=f"no answer within {timeouts.TIMEOUTS.answering:g} s") from error


async def _note_cost(order: Submission, job_id: str, cost: float | None) -> None:
    def note() -> None:
        with get_database().unscoped() as session:
            provider_spend.record_spend(session, order.take_id, order.provider, job_id, cost)

    await asyncio.to_thread(note)
