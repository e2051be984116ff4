"""Conform a provider's delivery to the clip profile: the second of two jobs that make a take."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import col, select

from compiler.requests import ConformRequest
from compiler.results import ConformedClip
from echoes.catalogue.aspects import size_of
from echoes.content_credentials.provenance import MovementSource, source_of
from echoes.content_credentials.signing import clip_signer
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs.lifecycle import JobCancelled
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import UNFINISHED, Take
from echoes.processes.compiler import StoredFiles, get_compiler
from echoes.providers.base import Size
from echoes.storage import get_storage
from echoes.takes.generation.provider_log import ProviderLog
from echoes.takes.lifecycle import FINISHING, TakeJob

TIMEOUT_SECONDS = 900.0
RAW, CLIP, SOUND, POSTER, SMALL = map(Path, ("raw.mp4", "clip.mp4", "clip.m4a", "poster.jpg", "poster.webp"))
"""What the compiler's requests call the files. It puts the sound beside the clip, under its name."""
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
    source: MovementSource


class ConformTake(TakeJob):
    """Makes what the provider delivered a clip of the one profile."""

    name = JobName.CONFORM_TAKE
    fresh: ClassVar[dict[str, Any]] = {"stage": FINISHING}

    async def make(self, take_id: UUID) -> dict[str, Any]:
        delivery = await asyncio.to_thread(_read, take_id)
        async with work_folder(f"take-{take_id}") as folder:
            try:
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    made = await self._conform(delivery, folder)
            except TimeoutError as error:
                raise ConformingTimeout from error
        if made.unusable_sound:
            record = ProviderLog(delivery.take_id, delivery.owner_id)
            await record.note(SILENCED, "warning", reason=made.unusable_sound)
        video_key, *_ = self.file_keys(delivery.owner_id, delivery.take_id)
        return self._facts(delivery, made, await asyncio.to_thread(get_storage().size, video_key))

    async def _conform(self, delivery: Delivery, folder: Path) -> ConformedClip:
        """The provider's sound is kept beside the clip; its delivery goes when the row has ended."""
        video_key, poster_key, small_key, audio_key, *_ = self.file_keys(delivery.owner_id, delivery.take_id)
        compiler, record = get_compiler(), ProviderLog(delivery.take_id, delivery.owner_id)

        async def note(sentence: str) -> None:
            await record.note(sentence, "warning")

        written = {
            str(CLIP): video_key,
            str(SOUND): audio_key,
            str(POSTER): poster_key,
            str(SMALL): small_key,
        }
        return await compiler.run(
            ConformRequest(RAW, CLIP, delivery.size, poster=POSTER, small_poster=SMALL),
            StoredFiles(
                folder, {str(RAW): delivery.raw_key}, written, {str(CLIP): clip_signer(delivery.source)}
            ),
            on_note=note,
        )

    def _facts(self, delivery: Delivery, made: ConformedClip, size_bytes: int) -> dict[str, Any]:
        """What the row is to know."""
        video_key, poster_key, small_key, audio_key, *_ = self.file_keys(delivery.owner_id, delivery.take_id)
        return {
            "progress": 1.0,
            "stage": "",
            "raw_key": None,
            "video_key": video_key,
            "poster_key": poster_key,
            "small_poster_key": small_key,
            "audio_key": audio_key if made.audio else None,
            "audio_loudness": made.audio_levels.loudness if made.audio_levels else None,
            "audio_moments": list(made.audio_levels.moments) if made.audio_levels else None,
            "size_bytes": size_bytes,
            "frames": made.frames,
            "profile_version": made.profile_version,
        }


def _read(take_id: UUID) -> Delivery:
    with get_database().reading() as session:
        wanted = select(Take).where(col(Take.id) == take_id, col(Take.status).in_(UNFINISHED))
        take = session.exec(wanted).one_or_none()
        if take is None or take.raw_key is None:
            raise JobCancelled
        source = source_of(take.provider, take.model)
        return Delivery(take.id, take.owner_id, take.raw_key, size_of(take.aspect), source)
