"""Resumable uploads (tus), one request.

Receiving the bytes of one request, and taking the file in when it is whole.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from starlette.requests import ClientDisconnect, Request

from echoes.database import UserSession, get_database
from echoes.errors import BadInput, EchoesError, MusicVideo
from echoes.models import Upload, UploadKind
from echoes.music import processing as music
from echoes.observability.metrics import FAILED, SUCCEEDED, UPLOADED_BYTES, UPLOADS
from echoes.photos import processing as photos
from echoes.settings import get_settings
from echoes.text.isolation import isolated
from echoes.uploads import protocol, quota, service
from echoes.uploads.parts import PartWriter, UploadBusy, get_part_store

AT_A_TIME = 512 * 1024
RECEIVE_TIMEOUT = 20.0
"""Seconds without a byte after which a connection counts as lost, so that its successor may go on."""
RENEWAL_SECONDS = 5.0

logger = logging.getLogger(__name__)


def _require_room_for(session: UserSession, upload: Upload, size: int) -> None:
    quota.require_room(session, get_settings(), size, apart_from=upload.id)


TAKE_IN: dict[UploadKind, Callable[[Upload, Path], Awaitable[None]]] = {
    UploadKind.PHOTO: partial(photos.process_upload, require_room=_require_room_for),
    UploadKind.MUSIC: music.process_upload,
}
USE_SOUND = TAKE_IN | {UploadKind.MUSIC: partial(music.process_upload, use_sound=True)}
"""The same, once their owner has said that the sound of a video is wanted."""


class WrongOffset(EchoesError):
    status = 409
    code = "wrong_offset"


@dataclass(frozen=True)
class UploadStatus:
    upload: Upload
    offset: int
    is_taken_in: bool


def upload_status(user_id: UUID, upload_id: UUID) -> UploadStatus:
    with get_database().reading_as(user_id) as session:
        upload = service.get(session, upload_id)
        is_taken_in = service.is_taken_in(session, upload)
    return UploadStatus(upload, service.offset(upload, is_taken_in), is_taken_in)


def _upload(user_id: UUID, upload_id: UUID) -> Upload:
    with get_database().reading_as(user_id) as session:
        return service.get(session, upload_id)


async def receive(request: Request, user_id: UUID, upload_id: UUID, offset: int) -> UploadStatus:
    """Appends the request's body; when that makes the file whole, takes it in.

    Raises NotFound, Busy, WrongOffset, TooLarge, Full, StorageFull, BadPicture, BadMusic; and MusicVideo,
    which leaves the upload as it is: its last byte, sent again with the wish for its sound, takes it in.
    """
    upload = await asyncio.to_thread(_upload, user_id, upload_id)  # Of another's, no file is even opened.
    async with _locked(upload) as parts:
        before = await asyncio.to_thread(upload_status, user_id, upload_id)
        if offset != before.offset:
            raise WrongOffset(f"“{isolated(before.upload.filename)}” continues at byte {before.offset}.")
        if before.is_taken_in:
            await asyncio.to_thread(get_part_store().discard, upload_id)
            return before
        whole = await _store(request, parts, before)
        if whole:
            await asyncio.to_thread(_require_room, before.upload)
            take_in = USE_SOUND if protocol.wants_sound(request.headers) else TAKE_IN
            await _take_in(before.upload, parts, take_in[before.upload.kind])
        return await asyncio.to_thread(upload_status, user_id, upload_id)


@asynccontextmanager
async def _locked(upload: Upload) -> AsyncIterator[PartWriter]:
    """Raises UploadBusy."""
    parts = await asyncio.to_thread(get_part_store().open, upload)
    renewing = asyncio.create_task(_keep_renewing(upload, parts))
    try:
        yield parts
    finally:
        renewing.cancel()
        await asyncio.to_thread(parts.close)


async def _keep_renewing(upload: Upload, parts: PartWriter) -> None:
    while True:
        await asyncio.sleep(RENEWAL_SECONDS)
        try:
            await asyncio.to_thread(parts.renew)
        except UploadBusy:
            logger.warning("another request goes on with upload %s", upload.id)
            return
        except Exception:
            logger.exception("the lock of upload %s could not be renewed; trying again", upload.id)


async def _store(request: Request, parts: PartWriter, before: UploadStatus) -> bool:
    """Whether the file is whole now. A connection that is lost leaves what came, to go on from there."""
    offset, size, name = before.offset, before.upload.size_bytes, before.upload.filename
    try:
        async for data in _gathered(request):
            if offset + len(data) > size:
                raise service.UploadTooLarge(
                    f"“{isolated(name)}” has grown since its upload began. Please send it again."
                )
            await asyncio.to_thread(parts.write, data, offset)
            offset += len(data)
    finally:
        await asyncio.to_thread(parts.flush)
    return offset == size


async def _gathered(request: Request) -> AsyncIterator[bytes]:
    """In pieces that are worth a trip to the disk; the last one also when the connection is lost."""
    gathered = bytearray()
    try:
        async for chunk in _patiently(request):
            gathered += chunk
            if len(gathered) >= AT_A_TIME:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect:
        yield bytes(gathered)
        raise
    yield bytes(gathered)


async def _patiently(request: Request) -> AsyncIterator[bytes]:
    chunks = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(RECEIVE_TIMEOUT):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise ClientDisconnect from error
        yield chunk


async def _take_in(
    upload: Upload, parts: PartWriter, take_in: Callable[[Upload, Path], Awaitable[None]]
) -> None:
    try:
        await take_in(upload, await asyncio.to_thread(parts.whole))
    except MusicVideo:
        raise
    except Exception as error:
        is_refused = isinstance(error, BadInput)
        UPLOADS.labels(upload.kind.value, "refused" if is_refused else FAILED).inc()
        if is_refused:
            await asyncio.to_thread(_give_up, upload)
        raise
    UPLOADS.labels(upload.kind.value, SUCCEEDED).inc()
    UPLOADED_BYTES.labels(upload.kind.value).inc(upload.size_bytes)
    await asyncio.to_thread(get_part_store().discard, upload.id)


def _require_room(upload: Upload) -> None:
    """Clips and films may have come meanwhile. The upload waits, should room be made for it."""
    with get_database().reading_as(upload.owner_id) as session:
        quota.require_room(session, get_settings(), upload.size_bytes, apart_from=upload.id)


def _give_up(upload: Upload) -> None:
    with get_database().acting_as(upload.owner_id) as session:
        service.give_up(session, upload.id)


async def discard_body(request: Request) -> None:
    """Reads what is left of the body, up to the size of the largest upload, and drops it."""
    drained, most = 0, max(service.largest(get_settings()).values())
    try:
        async for chunk in _patiently(request):
            drained += len(chunk)
            if drained > most:
                return
    except (ClientDisconnect, RuntimeError):
        return  # The client has gone, or all was read.
