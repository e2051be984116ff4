"""Download of a provider's result to our disk: whole, not too large, and truly a video."""

import asyncio
import errno
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from compiler.requests import ProbeRequest
from echoes.errors import StorageFull
from echoes.processes.compiler import CompilationFailed, get_compiler
from echoes.providers.base import DeliveryFailed
from echoes.providers.http import RecordedClient, is_trusted
from echoes.providers.redaction import redact

LARGEST = 512 * 1024 * 1024
CHUNK = 256 * 1024
GONE = frozenset({401, 403, 404, 410})
PLAIN_TYPES = ("video/", "application/octet-stream", "binary/octet-stream", "application/mp4")
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

BROKEN = "The clip was made, but it did not arrive in one piece. Please try again."
NO_VIDEO = "The clip service delivered something that is not a video. Please try again."
EXPIRED = "The clip was made, but we could no longer fetch it. Please try again."
TOO_LARGE = "The clip service delivered a file that is too large. Please try again."
UNREACHABLE = "The clip was made, but we could not fetch it right now. Please try again."


async def fetch_video(
    client: RecordedClient, ask: Callable[[], Awaitable[str]], base_url: str, target: Path
) -> Path:
    """At once, because addresses expire; for one that has expired a fresh one is asked, once."""
    try:
        return await download_video(client, await ask(), base_url, target)
    except DeliveryFailed as error:
        if error.kind != "expired":
            raise
    return await download_video(client, await ask(), base_url, target)


async def download_video(
    client: RecordedClient, address: str, base_url: str, target: Path, largest: int = LARGEST
) -> Path:
    """Raises DeliveryFailed."""
    if not is_trusted(address, base_url):
        raise DeliveryFailed(
            "not_a_video", NO_VIDEO, f"a strange address: {redact(address)}", retryable=False
        )
    try:
        async with client.stream("GET", address) as response:
            _check(response, largest)
            await _save(response, target, largest)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryFailed("unreachable", UNREACHABLE, redact(repr(error), client.secrets)) from None
    await _prove(target)
    return target


def _check(response: httpx.Response, largest: int) -> None:
    kind = response.headers.get("content-type", "").lower()
    if response.status_code in GONE:
        raise DeliveryFailed("expired", EXPIRED, f"status {response.status_code}")
    if response.status_code != 200:
        raise DeliveryFailed("unreachable", UNREACHABLE, f"status {response.status_code}")
    if kind and not kind.startswith(PLAIN_TYPES):
        raise DeliveryFailed("not_a_video", NO_VIDEO, f"it came as {kind:.80}")
    if int(response.headers.get("content-length", 0)) > largest:
        raise DeliveryFailed("too_large", TOO_LARGE, retryable=False)


async def _save(response: httpx.Response, target: Path, largest: int) -> None:
    written = 0
    try:
        with await asyncio.to_thread(target.open, "wb") as file:
            async for chunk in response.aiter_bytes(CHUNK):
                written += len(chunk)
                if written > largest:
                    raise DeliveryFailed("too_large", TOO_LARGE, retryable=False)
                await asyncio.to_thread(file.write, chunk)
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise DeliveryFailed("truncated", BROKEN, f"after {written} bytes: {error!r}") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull from error
        raise


async def _prove(video: Path) -> None:
    try:
        found = await get_compiler().run(ProbeRequest(video))
    except CompilationFailed as error:
        raise DeliveryFailed("damaged", BROKEN, error.cause) from error
    if not found.complete:
        raise DeliveryFailed("damaged", BROKEN, "the file ends before what its header promises")
    if not found.frames:
        raise DeliveryFailed("not_a_video", NO_VIDEO, "there is no video in it")
