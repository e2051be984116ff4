"""What happens at every stand-in of a clip provider; each says only how its service puts it."""

from abc import ABC, abstractmethod
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.standins.scripting import (
    Job,
    Marks,
    Memory,
    Remembered,
    Script,
    control,
    deliver,
    drop,
    hang,
    sample_video,
    shortened,
)

UNANSWERED = {"lose", "hang", "garbage"}
"""Marks of orders whose answer never comes, or says nothing."""


class StandIn(ABC):
    prompt_field: str

    def __init__(self, script: Script, secret: str = "") -> None:
        self.script, self.secret, self.memory = script, secret, Memory()
        self.video = sample_video()
        common = [
            Route("/files/{id}/{number:int}.mp4", self.file),
            Route("/_control", self.control, methods=["GET", "POST"]),
        ]
        self.app = Remembered(Starlette(routes=[*self._routes(), *common]), self.memory)

    async def submit(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        self.memory.requests[-1]["body"] = shortened(body)
        if refusal := self._complaint(body):
            return refusal
        marks = self.script.next(body.get(self.prompt_field))
        if "http" in marks:
            return self._error(int(marks["http"]), marks.get("retry_after"))
        job = self._begin(request, body, marks)
        self.memory.jobs[job.id] = job
        if "lose" in marks:
            return await drop(request)
        if "hang" in marks:
            return await hang(request)
        return JSONResponse({"made": "something"}) if "garbage" in marks else self._accepted(request, job)

    async def poll(self, request: Request) -> Response:
        job = self._find(request)
        if isinstance(job, Response):
            return job
        if job.fault("poll_drop"):
            return await drop(request)
        if status := job.marks.pop("poll_http", None):
            return self._error(int(status), "1")
        return self._told(request, job)

    async def file(self, request: Request) -> Response:
        job = self.memory.jobs[request.path_params["id"]]
        return await deliver(request, job, request.path_params["number"], self.video)

    async def control(self, request: Request) -> Response:
        return await control(request, self.script, self.memory)

    def _find(self, request: Request) -> Job | Response:
        """The job of the address; it knows none of others, and none that it has forgotten."""
        job = self.memory.jobs.get(request.path_params["id"])
        if refusal := self._refusal(request):
            return refusal
        if job is None or (job.ended is not None and job.ended[0] == "forgotten"):
            return self._not_found()
        return job

    @abstractmethod
    def _routes(self) -> list[Route]: ...

    @abstractmethod
    def _refusal(self, request: Request) -> Response | None:
        """Of a request without the right key."""

    @abstractmethod
    def _complaint(self, body: dict[str, Any]) -> Response | None:
        """Of an order that it would not take."""

    @abstractmethod
    def _begin(self, request: Request, body: dict[str, Any], marks: Marks) -> Job: ...

    @abstractmethod
    def _accepted(self, request: Request, job: Job) -> Response: ...

    @abstractmethod
    def _told(self, request: Request, job: Job) -> Response:
        """How far a job has come; looking takes it on."""

    @abstractmethod
    def _error(self, status: int, retry_after: str | None) -> Response: ...

    @abstractmethod
    def _not_found(self) -> Response: ...
