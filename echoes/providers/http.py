"""HTTP client of providers: every exchange is recorded, nothing is retried behind our back."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx

from echoes.observability.metrics import count_provider_request
from echoes.providers.base import (
    Exchange,
    NotConfigured,
    NotSubmitted,
    PerhapsSubmitted,
    ProviderError,
    Recorder,
    RequestRefused,
    Unreachable,
)
from echoes.providers.redaction import LONGEST_BODY, redact, redact_body

CONNECT_SECONDS = 10.0
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Refused, no such host, no good certificate: the request never left."""
TALKATIVE = ("httpx", "httpcore", "runwayml")
"""Libraries whose ordinary messages hold signed addresses and, when debugging, whole pictures."""

BUSY = "The clip service is too busy right now. Please try again later."
ANSWER_LOST = "The connection was lost while we were asking for this clip. Please try again."
NOT_REACHED = "We cannot reach the clip service right now. Please try again later."
REFUSED = "The clip service did not accept this photo or description. Please try another one."
NO_BALANCE = "No more clips can be made here at the moment. Please try again later."

logger = logging.getLogger(__name__)


def is_json(response: httpx.Response) -> bool:
    """A success, and in the form that it ought to have: what stands between may answer with a page."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    return response.is_success and kind.strip().lower().endswith("json")


class RecordedClient(httpx.AsyncClient):
    """Reports each exchange, cleaned of `secrets`. A failing recorder costs nobody the answer."""

    def __init__(self, record: Recorder, secrets: Sequence[str], seconds: float) -> None:
        timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        super().__init__(timeout=timeout, follow_redirects=False)
        self._record, self.secrets = record, secrets

    async def submit(
        self, address: str, body: Mapping[str, Any], headers: httpx.Headers | None = None
    ) -> httpx.Response:
        """The answer to a submission that was taken. Raises what tells whether there may be one."""
        try:
            response = await self.post(address, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise unsent_or_lost(error, self.secrets) from None
        if response.is_success:
            return response
        raise refused_order(response, self.secrets)

    async def ask(
        self,
        method: str,
        address: str,
        headers: httpx.Headers | None = None,
        tells: Callable[[httpx.Response], bool] = is_json,
    ) -> httpx.Response:
        """What `tells` of a job, good or bad; anything else is trouble with the service: Unreachable."""
        try:
            response = await self.request(method, address, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(NOT_REACHED, cause=redact(repr(error), self.secrets)) from None
        if tells(response):
            return response
        cause = f"{response.status_code}: {redact_body(response.content, self.secrets)}"
        raise Unreachable(NOT_REACHED, retry_after(response), cause[:1000])

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        started = monotonic()
        try:
            response = await super().send(request, **options)
        except httpx.HTTPError as error:
            said = f"{type(error).__name__}: {error}"
            await self._report(request, {"error": redact(said, self.secrets)}, started)
            raise
        await self._report(request, _told(response, self.secrets), started)
        return response

    async def _report(self, request: httpx.Request, response: dict[str, Any], started: float) -> None:
        status = str(response.get("status", "no_answer"))
        count_provider_request(request.url.host, status, monotonic() - started)
        call = redact(f"{request.method} {request.url}", self.secrets)
        exchange = Exchange(call, monotonic() - started, _asked(request, self.secrets), response)
        try:
            await self._record(exchange)
        except Exception:
            logger.exception("%s could not be recorded", call)


@asynccontextmanager
async def recorded_client(record: Recorder, secret: str, seconds: float) -> AsyncIterator[RecordedClient]:
    """`seconds`: how long it may say nothing."""
    for name in TALKATIVE:
        chatter = logging.getLogger(name)
        chatter.setLevel(max(chatter.level, logging.WARNING))
    # Reading the machine's certificates takes its time.
    async with await asyncio.to_thread(RecordedClient, record, (secret,), seconds) as client:
        yield client


def _asked(request: httpx.Request, secrets: Sequence[str]) -> dict[str, Any]:
    """Without its headers, of which one is the key."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        length = request.headers.get("content-length")
        return {"bytes": int(length)} if length else {}
    return {"body": redact_body(request.content, secrets)}


def _told(response: httpx.Response, secrets: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"status": response.status_code}
    if kind := response.headers.get("content-type"):
        told["type"] = redact(kind, secrets)
    if response.is_stream_consumed and len(response.content) <= LONGEST_BODY:
        told["body"] = redact_body(response.content, secrets)
    return told


def unsent_or_lost(error: httpx.HTTPError, secrets: Sequence[str]) -> ProviderError:
    """What became of a submission that got no answer."""
    cause = redact(f"{type(error).__name__}: {error}", secrets)
    if isinstance(error, NEVER_SENT):
        return NotSubmitted(NOT_REACHED, cause=cause)
    return PerhapsSubmitted(ANSWER_LOST, cause)


def refused_order(response: httpx.Response, secrets: Sequence[str]) -> ProviderError:
    """What an answer other than a success means for a submission.

    429 and 503 say that nothing was begun. Of 500, 502 and 504 nobody knows: a gateway gives up on requests
    that go on behind it, and submissions are not safe to repeat.
    """
    status = response.status_code
    cause = f"{status}: {redact_body(response.content, secrets)}"[:1000]
    if status == 402 or "enough credits" in cause or "Exhausted balance" in cause:
        return _without_balance(cause)
    if status in (401, 403) or status < 400:
        return NotConfigured(cause)
    if status in (408, 425, 429, 503):
        return NotSubmitted(BUSY, retry_after(response), cause)
    if status < 500:
        return RequestRefused(REFUSED, cause=cause)
    return PerhapsSubmitted(ANSWER_LOST, cause)


def _without_balance(cause: str) -> NotSubmitted:
    error = RequestRefused(NO_BALANCE, cause=cause)
    error.kind = "provider_balance"
    return error


def retry_after(response: httpx.Response) -> float | None:
    """In seconds, be it given so or as a date. None: it says nothing that is either."""
    said = response.headers.get("retry-after", "")
    try:
        return max(0.0, float(said)) if math.isfinite(float(said)) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def origin(address: str) -> tuple[str, str, int | None]:
    parts = urlsplit(address)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def is_trusted(address: str, base_url: str) -> bool:
    """Files of a provider come over TLS from wherever it keeps them, or from its own address."""
    try:
        return origin(address) == origin(base_url) or origin(address)[:1] == ("https",)
    except ValueError:
        return False
