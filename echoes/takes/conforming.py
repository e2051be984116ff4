"""The second of two jobs that make a take: what the provider delivered becomes a clip of the one profile."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from echoes.catalogue.aspects import size_of
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs.lifecycle import JobCancelled, entered, work_folder
from echoes.models import UNFINISHED, Take
from echoes.processes.compiler import run_compiler
from echoes.providers.base import Size
from echoes.storage import get_storage
from echoes.takes.lifecycle import FINISHING, take_job
from echoes.takes.provider_log import ProviderLog

TIMEOUT_SECONDS = 900.0
SILENCED = "its sound cannot be used: kept without it"


class ConformingTimeout(EchoesError):
    status = 504
    code = "conforming_timeout"
    kind = "too_slow"
    retryable = True

    def __init__(self) -> None:
        super().__init__("The clip was made, but getting it ready took too long. Please try again.")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the row says about what was delivered."""

    take_id: UUID
    owner_id: UUID
    raw_key: str
    size: Size


async def conform(take_id: UUID) -> dict[str, Any]:
    delivery = await asyncio.to_thread(_read, take_id)
    async with (
        work_folder(f"take-{take_id}") as folder,
        entered(get_storage().local_path(delivery.raw_key)) as raw,
    ):
        clip, poster = folder / "clip.mp4", folder / "poster.jpg"
        request = {"input": str(raw), "output": str(clip), "size": list(delivery.size)}
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                made = await run_compiler("conform", request)
                await run_compiler("poster", {"input": str(clip), "output": str(poster)})
        except TimeoutError as error:
            raise ConformingTimeout from error
        return await _store(delivery, made, poster)


def _read(take_id: UUID) -> Delivery:
    with get_database().reading() as session:
        wanted = select(Take).where(col(Take.id) == take_id, col(Take.status).in_(UNFINISHED))
        take = session.exec(wanted).one_or_none()
        if take is None or take.raw_key is None:
            raise JobCancelled
        return Delivery(take.id, take.owner_id, take.raw_key, size_of(take.aspect))


async def _store(delivery: Delivery, made: dict[str, Any], poster: Path) -> dict[str, Any]:
    """The provider's sound is kept beside the clip; its delivery goes when the row has ended."""
    video_key, poster_key, audio_key, _ = CONFORMING.file_keys(delivery.owner_id, delivery.take_id)
    if made["unusable_sound"]:
        record = ProviderLog(delivery.take_id, delivery.owner_id)
        await record.note(SILENCED, "warning", reason=made["unusable_sound"])
    put = get_storage().put
    await asyncio.to_thread(put, video_key, Path(made["output"]))
    await asyncio.to_thread(put, poster_key, poster)
    if made["audio"]:
        await asyncio.to_thread(put, audio_key, Path(made["audio"]))
    return {
        "progress": 1.0,
        "stage": "",
        "raw_key": None,
        "video_key": video_key,
        "poster_key": poster_key,
        "audio_key": audio_key if made["audio"] else None,
        "size_bytes": made["size_bytes"],
        "frames": made["frames"],
        "profile_version": made["profile_version"],
    }


CONFORMING = take_job(conform, 3, stage=FINISHING)
conform_take = CONFORMING.run
