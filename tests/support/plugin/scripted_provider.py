"""A provider as a third party would ship it, whose "servers" are a folder that a test writes the script into.

It stands in for a paid service: unlike the built-in provider it must not be asked twice, goes on while nobody
looks, and can refuse, fail, lose its answer and take its time exactly when a test wants it to. It passes the
contract in tests/providers/contract.py like every other.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from echoes.providers.base import (
    AccountLimits,
    CancelAnswer,
    ClipRequest,
    Delivered,
    DeliveryFailed,
    Failed,
    Model,
    NotSubmitted,
    PerhapsSubmitted,
    Recorder,
    Running,
    State,
    Succeeded,
    Unreachable,
    Waiting,
    unrecorded,
)

FOLDER = "SCRIPTED_PROVIDER_FOLDER"


class Servers:
    """What survives a crash of ours: the script, and the journal of everything that was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def clip(self) -> Path:
        return self._folder / "clip.mp4"

    def says(self, name: str) -> Any:
        path = self._folder / name
        return json.loads(path.read_text()) if path.exists() else None

    def write(self, call: str, job_id: str) -> None:
        with (self._folder / "journal").open("a") as journal:
            journal.write(f"{call} {job_id}\n")


class ScriptedConnection:
    def __init__(self, servers: Servers, folder: Path) -> None:
        self._servers, self._folder = servers, folder

    async def submit(self, request: ClipRequest) -> str:
        says = self._servers.says("submit")
        if says == "refuse":
            self._servers.write("refuse", "-")
            raise NotSubmitted("The service is not reachable. Please try again later.")
        job_id = str(uuid4())
        self._servers.write("submit", job_id)
        while self._servers.says("submit") == "slow":  # noqa: ASYNC110 - a file says so
            await asyncio.sleep(0.01)
        if says == "lose":
            raise PerhapsSubmitted("The connection was lost.")
        if says == "die":
            os.abort()
        return job_id

    async def poll(self, job_id: str) -> State:
        self._servers.write("poll", job_id)
        while (says := self._servers.says("state")) == ["silent"]:  # noqa: ASYNC110 - a file says so
            await asyncio.sleep(0.01)
        match says:
            case ["waiting", int(position)]:
                return Waiting(position)
            case ["running", float(progress)]:
                return Running(progress)
            case ["failed", str(kind), bool(retryable)]:
                return Failed(kind, "The service could not make this clip.", f"code {kind}", retryable)
            case ["moderated"]:
                return Failed(
                    "moderated", "The picture was refused.", "code SAFETY",
                    refundable=False, moderated=True, cost=5.0,
                )  # fmt: skip
            case ["unreachable"]:
                raise Unreachable("The clip service is not answering.", cause="no answer")
            case _:
                return Succeeded()

    async def cancel(self, job_id: str) -> CancelAnswer:
        self._servers.write("cancel", job_id)
        if self._servers.says("cancelling") == "silent":
            await asyncio.Event().wait()
        charged = self._servers.says("charged")
        cost = charged if isinstance(charged, float) else None
        return CancelAnswer(stopped=True, charged=bool(charged), cost=cost)

    async def fetch(self, job_id: str) -> Delivered:
        self._servers.write("fetch", job_id)
        if self._servers.says("delivery") == "away":
            raise DeliveryFailed("unreachable", "The clip could not be fetched right now.")
        if self._servers.says("delivery") == "broken":
            raise DeliveryFailed("truncated", "The clip did not arrive whole.")
        video = Path(shutil.copy(self._servers.clip, self._folder / "clip.mp4"))
        if self._servers.says("delivery") == "foreign":
            return Delivered(video, cost=25.0)
        return Delivered(video, in_profile=True, frames=24, profile_version=1)


class ScriptedProvider:
    name = "scripted"
    title = "Scripted"
    models: tuple[Model, ...] = (
        Model(name="script", title="Script", sizes=((1280, 720),), durations=(1.0, 5.0, 10.0), price=1),
    )
    poll_seconds = 0.02
    is_generative = True
    repeatable = False

    @asynccontextmanager
    async def connect(self, folder: Path, record: Recorder = unrecorded) -> AsyncIterator[ScriptedConnection]:
        yield ScriptedConnection(Servers(Path(os.environ[FOLDER])), folder)

    async def limits(self, model: str) -> AccountLimits | None:
        return None
