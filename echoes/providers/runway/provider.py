"""Runway provider, by its official library over our own connection.

The library is imported where it is used: it would take half a second of every start, also where nobody
uses Runway.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from echoes.providers.base import (
    AccountLimits,
    CancelAnswer,
    ClipRequest,
    Delivered,
    DeliveryFailed,
    Model,
    NotConfigured,
    NotSubmitted,
    PerhapsSubmitted,
    ProviderError,
    Recorder,
    State,
    Unreachable,
    unrecorded,
)
from echoes.providers.download import EXPIRED, fetch_video
from echoes.providers.http import (
    ANSWER_LOST,
    NOT_REACHED,
    RecordedClient,
    is_trusted,
    recorded_client,
    refused_order,
    retry_after,
    unsent_or_lost,
)
from echoes.providers.pictures import PhotoRequirements, PreparedPhoto, prepare, shape_with_people
from echoes.providers.redaction import redact, redact_body
from echoes.providers.runway import states
from echoes.providers.runway.models import MODELS, fields_of
from echoes.providers.runway.states import cost_of, state_of
from echoes.settings import get_settings

if TYPE_CHECKING:
    from runwayml import APIError, AsyncRunwayML

DATA_URI_LIMIT = 5 * 1024 * 1024
PICTURES = PhotoRequirements(max_bytes=16_000_000, longest_side=8000, narrowest=0.5, widest=2.0)

ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})

Task = dict[str, Any]


@dataclass
class RunwayConnection:
    folder: Path
    client: RecordedClient
    runway: "AsyncRunwayML"

    async def submit(self, request: ClipRequest) -> str:
        model = next(model for model in MODELS if model.name == request.model)
        shape = shape_with_people(request, model.nearest_size(request.size))
        picture = await prepare(request.photo, self.folder, PICTURES, shape, request)
        fields = fields_of(request, await self._address_of(picture))
        from runwayml import APIError

        create: Any = self.runway.image_to_video.with_raw_response.create
        try:
            answer = await create(**fields)
        except APIError as error:
            raise self._of_order(error) from None
        return self._job_id(answer.http_response)

    async def poll(self, job_id: str) -> State:
        task = await self._task(job_id)
        return states.GONE if task is None else state_of(task)

    async def cancel(self, job_id: str) -> CancelAnswer:
        """Runway charges by what it saw when it was told, so what it says afterwards counts."""
        before = await self._task(job_id)
        if before is None or before.get("status") in ENDED:
            return _answer(before)
        await self._delete(job_id)
        after = await self._task(job_id)
        if after is None:
            return CancelAnswer(stopped=True, charged=before.get("status") == "RUNNING")
        return _answer(after)

    async def fetch(self, job_id: str) -> Delivered:
        cost: float | None = None

        async def ask() -> str:
            nonlocal cost
            task = await self._task(job_id)
            cost = cost_of(task or {})
            return _output(task)

        video = await fetch_video(self.client, ask, self._base_url, self.folder / f"{job_id}.mp4")
        return Delivered(video, cost=cost)

    async def limits(self, model: str) -> AccountLimits:
        organization = await self._ask(self.runway.organization.with_raw_response.retrieve())
        tier = _inner(organization, "tier", "models", model)
        usage = _inner(organization, "usage", "models", model)
        return AccountLimits(
            concurrency=tier.get("maxConcurrentGenerations"),
            daily=tier.get("maxDailyGenerations"),
            used_today=usage.get("dailyGenerations"),
            balance=(organization or {}).get("creditBalance"),
        )

    async def _address_of(self, picture: PreparedPhoto) -> str:
        from runwayml import APIError

        if picture.data_uri_length < DATA_URI_LIMIT:
            return await picture.data_uri()
        try:
            return await self._upload(picture)
        except (APIError, httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            cause = redact(f"the picture could not be uploaded: {error!r}", self.client.secrets)
            raise NotSubmitted(NOT_REACHED, cause=cause) from None

    async def _upload(self, picture: PreparedPhoto) -> str:
        """The library's own method for this opens a second connection, past our records and time limits."""
        asked = {"filename": f"photo{picture.path.suffix}", "type": "ephemeral"}
        started = (await self.runway.post("/v1/uploads", cast_to=httpx.Response, body=asked)).json()
        if not is_trusted(started["uploadUrl"], self._base_url):
            raise ValueError("the address for uploads is a strange one")
        content = await asyncio.to_thread(picture.path.read_bytes)
        file = (asked["filename"], content, picture.media_type)
        stored = await self.client.post(started["uploadUrl"], data=started["fields"], files={"file": file})
        stored.raise_for_status()
        return str(started["runwayUri"])

    async def _task(self, job_id: str) -> Task | None:
        return await self._ask(self.runway.tasks.with_raw_response.retrieve(str(UUID(job_id))))

    async def _delete(self, job_id: str) -> None:
        await self._ask(self.runway.tasks.with_raw_response.delete(str(UUID(job_id))))

    async def _ask(self, question: Any) -> Task | None:
        """A question may be asked again, so whatever goes wrong leads to the same. None: there is no such."""
        from runwayml import APIError, APIStatusError

        try:
            response: httpx.Response = (await question).http_response
            return dict(response.json()) if response.content else {}
        except APIStatusError as error:
            if error.status_code == 404:
                return None
            raise self._unreachable(error, retry_after(error.response)) from None
        except (APIError, ValueError, TypeError) as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception, after: float | None = None) -> Unreachable:
        cause = redact(f"{error!r} {error.__cause__!r}", self.client.secrets)
        return Unreachable(NOT_REACHED, after, cause)

    def _of_order(self, error: "APIError") -> ProviderError:
        from runwayml import APIStatusError

        if isinstance(error, APIStatusError):
            return refused_order(error.response, self.client.secrets)
        if isinstance(error.__cause__, httpx.HTTPError):
            return unsent_or_lost(error.__cause__, self.client.secrets)
        return PerhapsSubmitted(ANSWER_LOST, redact(repr(error), self.client.secrets))

    def _job_id(self, response: httpx.Response) -> str:
        """Only what is a UUID ever gets into the path of a later request."""
        try:
            return str(UUID(response.json()["id"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            said = redact_body(response.content, self.client.secrets)
            raise PerhapsSubmitted(ANSWER_LOST, f"an answer without an id: {said}") from None

    @property
    def _base_url(self) -> str:
        return str(self.runway.base_url)


class RunwayProvider:
    name = "runway"
    title = "Runway"
    models: tuple[Model, ...] = MODELS
    is_generative = True
    repeatable = False

    @property
    def poll_seconds(self) -> float:
        return get_settings().runway_poll_seconds

    @asynccontextmanager
    async def connect(self, folder: Path, record: Recorder = unrecorded) -> AsyncIterator[RunwayConnection]:
        settings = get_settings()
        secret = settings.runway_api_secret.get_secret_value()
        if not secret:
            raise NotConfigured("ECHOES_RUNWAY_API_SECRET is not set")
        from runwayml import AsyncRunwayML

        async with recorded_client(record, secret, settings.provider_timeout_seconds) as client:
            # Nothing is repeated by the library: it would submit, and pay, three times.
            runway = AsyncRunwayML(
                api_key=secret, base_url=settings.runway_base_url, http_client=client, max_retries=0
            )
            yield RunwayConnection(folder, client, runway)

    async def limits(self, model: str) -> AccountLimits | None:
        async with self.connect(Path()) as connection:
            return await connection.limits(model)


def _answer(task: Task | None) -> CancelAnswer:
    cost = cost_of(task or {})
    if task is not None and task.get("status") == "SUCCEEDED":
        return CancelAnswer(stopped=False, charged=True, cost=cost)
    return CancelAnswer(stopped=True, charged=bool(cost), cost=cost)


def _output(task: Task | None) -> str:
    match task:
        case {"output": [str(address), *_]}:
            return address
        case _:
            raise DeliveryFailed("expired", EXPIRED, f"no output: {redact(task)}")


def _inner(value: Any, *path: str) -> dict[str, Any]:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
