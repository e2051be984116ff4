"""The making of a take: submitted once, watched, fetched, stored.

The row says how far it is: a worker that takes it up after a crash asks the row, not its memory.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.database import get_database
from echoes.making import Job, Progress, Unwanted, entered, work_folder
from echoes.media import run_compiler
from echoes.models import UNFINISHED, Clip, Photo, Take, now
from echoes.projects.service import SIZES, touch
from echoes.providers import get_provider
from echoes.providers.base import (
    ClipRequest,
    Connection,
    Delivered,
    Failed,
    NotSubmitted,
    PerhapsSubmitted,
    Provider,
    ProviderError,
    Running,
    Succeeded,
)
from echoes.settings import get_settings
from echoes.storage import get_storage

ANSWER_LOST = "The connection was lost while this clip was being ordered. Please try again."


class TakeFailed(ProviderError):
    """The provider says that its job failed."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence)
        self.kind, self.cause, self.retryable = failed.kind, failed.cause, failed.retryable


@dataclass(frozen=True, slots=True)
class Order:
    """What the rows say about the take to be made."""

    take_id: UUID
    owner_id: UUID
    provider: str
    model: str
    motion: str
    size: tuple[int, int]
    photo_key: str
    submitted_at: datetime | None
    provider_job_id: str | None


async def make_take(take_id: UUID) -> dict[str, Any]:
    order = await asyncio.to_thread(_read_order, take_id)
    try:
        return await _make(order)
    except (TakeFailed, NotSubmitted) as error:
        # Only these say that no job is left. After anything else, such as a mistake of ours when it was made
        # already, the next attempt goes on with the same job: a second one would be paid for.
        if error.retryable:
            await _write(take_id, submitted_at=None, provider_job_id=None)
        raise


async def _make(order: Order) -> dict[str, Any]:
    provider = get_provider(order.provider)
    async with (
        work_folder(f"take-{order.take_id}") as folder,
        entered(get_storage().local_path(order.photo_key)) as photo,
        provider.connect(folder) as connection,
    ):
        job_id = await _submit_once(provider, connection, order, photo)
        await _watch(provider, connection, order.take_id, job_id)
        delivered = await connection.fetch(job_id)
        return await _store(order, await _conformed(order, delivered, folder), folder / "poster.jpg")


def _read_order(take_id: UUID) -> Order:
    query = (
        select(Take, Photo.master_key)
        .join(Clip, col(Clip.id) == col(Take.clip_id))
        .join(Photo, col(Photo.id) == col(Clip.photo_id))
        .where(col(Take.id) == take_id, col(Take.status).in_(UNFINISHED))
    )
    with get_database().reading() as session:
        if (found := session.exec(query).one_or_none()) is None:
            raise Unwanted
        take, photo_key = found
        return Order(
            take_id=take.id,
            owner_id=take.owner_id,
            provider=take.provider,
            model=take.model,
            motion=take.motion,
            size=SIZES[take.aspect],
            photo_key=photo_key,
            submitted_at=take.submitted_at,
            provider_job_id=take.provider_job_id,
        )


async def _submit_once(provider: Provider, connection: Connection, order: Order, photo: Path) -> str:
    """Between the two writes the job may exist without us knowing its id: then it is not ordered again."""
    if not provider.repeatable:
        if order.provider_job_id is not None:
            return order.provider_job_id
        if order.submitted_at is not None:
            raise PerhapsSubmitted(ANSWER_LOST)
    await _write(order.take_id, submitted_at=now())
    seconds = get_settings().clip_seconds
    request = ClipRequest(
        model=order.model, photo=photo, motion=order.motion, size=order.size, seconds=seconds
    )
    job_id = await connection.submit(request)
    await _write(order.take_id, provider_job_id=job_id)
    return job_id


async def _watch(provider: Provider, connection: Connection, take_id: UUID, job_id: str) -> None:
    progress = Progress(TAKES, take_id)
    try:
        while not isinstance(state := await connection.poll(job_id), Succeeded):
            if isinstance(state, Failed):
                raise TakeFailed(state)
            known = state.progress if isinstance(state, Running) else None
            await progress(known or 0.0)
            await asyncio.sleep(provider.poll_seconds)
    except (Unwanted, asyncio.CancelledError):
        # This worker may only be stopping, and another one go on watching: the row knows.
        if not await asyncio.to_thread(TAKES.is_wanted, take_id):
            await connection.cancel(job_id)
        raise


async def _conformed(order: Order, delivered: Delivered, folder: Path) -> Delivered:
    if delivered.in_profile:
        return delivered
    output = folder / "conformed.mp4"
    request = {"input": str(delivered.video), "output": str(output), "size": list(order.size)}
    made = await run_compiler("conform", request)
    return replace(
        delivered,
        video=output,
        in_profile=True,
        frames=made["frames"],
        profile_version=made["profile_version"],
    )


async def _store(order: Order, clip: Delivered, poster: Path) -> dict[str, Any]:
    await run_compiler("poster", {"input": str(clip.video), "output": str(poster)})
    video_key, poster_key = TAKES.file_keys(order.owner_id, order.take_id)
    size_bytes = clip.video.stat().st_size
    await asyncio.to_thread(get_storage().put, video_key, clip.video)
    await asyncio.to_thread(get_storage().put, poster_key, poster)
    return {
        "progress": 1.0,
        "video_key": video_key,
        "poster_key": poster_key,
        "size_bytes": size_bytes,
        "frames": clip.frames,
        "profile_version": clip.profile_version,
    }


async def _write(take_id: UUID, **values: Any) -> None:
    if not await asyncio.to_thread(lambda: TAKES.write(take_id, **values)):
        raise Unwanted


def _touch(session: Session, take_id: UUID) -> None:
    project = select(Clip.project_id).join(Take, col(Take.clip_id) == col(Clip.id))
    touch(session, session.exec(project.where(col(Take.id) == take_id)).one())


TAKES = Job(table=Take, kind="takes", make=make_take, touch=_touch)
generate_take = TAKES.run
