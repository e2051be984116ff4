"""fal provider: models of many makers behind one queue, by plain HTTP."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from echoes.catalogue.aspects import CLIP_SIZES
from echoes.providers.base import (
    AccountLimits,
    CancelAnswer,
    ClipRequest,
    Delivered,
    DeliveryFailed,
    Failed,
    Model,
    NotConfigured,
    PerhapsSubmitted,
    Recorder,
    Running,
    State,
    Succeeded,
    Waiting,
    unrecorded,
)
from echoes.providers.download import EXPIRED, fetch_video
from echoes.providers.fal.failures import GONE, failure_of_fal
from echoes.providers.http import (
    ANSWER_LOST,
    RecordedClient,
    origin,
    recorded_client,
)
from echoes.providers.pictures import PhotoRequirements, prepare
from echoes.providers.prompts import fit_prompt
from echoes.providers.redaction import redact
from echoes.settings import get_settings

PICTURES = PhotoRequirements(max_bytes=8_000_000, longest_side=2560, narrowest=0.4, widest=2.5)
SIZES = CLIP_SIZES
"""The clip takes the shape of the picture, so the picture is cut to the film's before."""
PLAINEST_PROMPT = "The photograph comes gently to life."
JOB = re.compile(r"[\w-]+/[\w.-]+/requests/[0-9a-fA-F-]{36}")
"""Owner, application and request: all that fal's addresses of a job are made of."""


def _kling(name: str, title: str, price: int) -> Model:
    return Model(
        name=f"fal-ai/kling-video/v2.5-turbo/{name}/image-to-video",
        title=title,
        sizes=SIZES,
        durations=(5.0, 10.0),
        prompt_required=True,
        prompt_limit=2500,
        price=price,
    )


MODELS = (_kling("standard", "Kling 2.5 Turbo", 1), _kling("pro", "Kling 2.5 Turbo Pro", 2))


@dataclass
class FalConnection:
    folder: Path
    client: RecordedClient
    base_url: str
    headers: httpx.Headers

    async def submit(self, request: ClipRequest) -> str:
        model = next(model for model in MODELS if model.name == request.model)
        shape = model.nearest_size(request.size)
        picture = await prepare(request.photo, self.folder, PICTURES, shape, request)
        body = {
            "prompt": fit_prompt(model, request.prompt or PLAINEST_PROMPT),
            "image_url": await picture.data_uri(),
            "duration": str(round(model.nearest_duration(request.seconds))),
        }
        return self._job_id(await self.client.submit(f"{self.base_url}/{model.name}", body, self.headers))

    async def poll(self, job_id: str) -> State:
        """A completed job may have failed: only its answer tells."""
        state = await self._status(job_id)
        return await self._outcome(job_id) if isinstance(state, Succeeded) else state

    async def cancel(self, job_id: str) -> CancelAnswer:
        before = await self.poll(job_id)
        if isinstance(before, Failed):
            return CancelAnswer(stopped=True, charged=False)
        if isinstance(before, Succeeded):
            return CancelAnswer(stopped=False, charged=True)
        response = await self._ask("PUT", f"{_checked(job_id)}/cancel")
        if _said(response).get("status") == "ALREADY_COMPLETED":
            made = isinstance(await self._outcome(job_id), Succeeded)
            return CancelAnswer(stopped=not made, charged=made)
        # A job that a machine works on already is only asked to stop, and may be billed.
        return CancelAnswer(stopped=True, charged=isinstance(before, Running))

    async def fetch(self, job_id: str) -> Delivered:
        target = self.folder / f"{job_id.rpartition('/')[2]}.mp4"
        return Delivered(await fetch_video(self.client, lambda: self._output(job_id), self.base_url, target))

    async def _status(self, job_id: str) -> State:
        response = await self._ask("GET", f"{_checked(job_id)}/status")
        if response.status_code == 404:
            return GONE
        said = _said(response)
        match said.get("status"):
            case "IN_PROGRESS":
                return Running()
            case "COMPLETED":
                return failure_of_fal(200, said) if said.get("error") else Succeeded()
            case _:
                position = said.get("queue_position")
                return Waiting(position if isinstance(position, int) else None)

    async def _outcome(self, job_id: str) -> State:
        response = await self._ask("GET", _checked(job_id))
        if response.is_success and _video(response):
            return Succeeded()
        if response.status_code == 404:
            return GONE
        said = redact(_said(response), self.client.secrets)
        return failure_of_fal(response.status_code, said, response.headers.get("x-fal-retryable"))

    async def _output(self, job_id: str) -> str:
        response = await self._ask("GET", _checked(job_id))
        if address := _video(response):
            return address
        raise DeliveryFailed("expired", EXPIRED, f"no output: {response.status_code}")

    async def _ask(self, method: str, path: str) -> httpx.Response:
        return await self.client.ask(method, f"{self.base_url}/{path}", self.headers, _tells)

    def _job_id(self, response: httpx.Response) -> str:
        """The key goes nowhere else: what fal gives must be on its own server, and the usual addresses."""
        said = _said(response)
        job_id = urlsplit(str(said.get("response_url"))).path.strip("/")
        usual = {
            "response_url": job_id,
            "status_url": f"{job_id}/status",
            "cancel_url": f"{job_id}/cancel",
        }
        known = job_id.endswith(f"/{said.get('request_id')}") and JOB.fullmatch(job_id)
        if known and all(self._is_ours(said.get(name), path) for name, path in usual.items()):
            return job_id
        raise PerhapsSubmitted(ANSWER_LOST, f"a strange answer: {redact(said, self.client.secrets)}")

    def _is_ours(self, address: object, path: str) -> bool:
        try:
            return (
                isinstance(address, str)
                and origin(address) == origin(self.base_url)
                and urlsplit(address).path.strip("/") == path
            )
        except ValueError:
            return False


class FalProvider:
    name = "fal"
    title = "fal"
    models: tuple[Model, ...] = MODELS
    is_generative = True
    repeatable = False

    @property
    def poll_seconds(self) -> float:
        return get_settings().fal_poll_seconds

    @asynccontextmanager
    async def connect(self, folder: Path, record: Recorder = unrecorded) -> AsyncIterator[FalConnection]:
        settings = get_settings()
        key = settings.fal_key.get_secret_value()
        if not key:
            raise NotConfigured("ECHOES_FAL_KEY is not set")
        base_url = settings.fal_base_url.rstrip("/")
        async with recorded_client(record, key, settings.provider_timeout_seconds) as client:
            yield FalConnection(folder, client, base_url, httpx.Headers({"Authorization": f"Key {key}"}))

    async def limits(self, model: str) -> AccountLimits | None:
        """fal does not say."""
        return None


def _checked(job_id: str) -> str:
    if not JOB.fullmatch(job_id):
        raise ValueError("this is no id of a job at fal")
    return job_id


def _tells(response: httpx.Response) -> bool:
    """Of the job itself, by success or by a failure of the model; else it is the service that fails."""
    is_known = response.status_code in (400, 404, 422) or "x-fal-error-type" in response.headers
    return response.is_success or is_known


def _said(response: httpx.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _video(response: httpx.Response) -> str | None:
    video = _said(response).get("video") if response.is_success else None
    address = video.get("url") if isinstance(video, Mapping) else None
    return address if isinstance(address, str) else None
