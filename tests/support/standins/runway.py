"""Runway's API on loopback, written from the types of its library.

The real one costs money, and does not fail on demand. tests/providers/test_standins.py holds this one to
those types.

    python -m tests.support.standins.runway --port 4010 --failures 0.2
    ECHOES_PROVIDER=runway ECHOES_RUNWAY_BASE_URL=http://127.0.0.1:4010 ECHOES_RUNWAY_API_SECRET=anything …
"""

import base64
import binascii
import hashlib
import io
import re
from datetime import UTC, datetime
from typing import Any, get_type_hints
from uuid import uuid4

from PIL import Image
from pydantic import TypeAdapter, ValidationError
from runwayml.types.image_to_video_create_params import Gen4_5, Gen4Turbo, Veo3_1Fast
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.standins.base import UNANSWERED, StandIn
from tests.support.standins.scripting import Job, Marks, Script, run

VERSION = "2024-11-06"
CREDITS_A_SECOND = {"gen4_turbo": 5, "gen4.5": 12, "veo3.1_fast": 10}
TYPES: dict[str, Any] = {"gen4_turbo": Gen4Turbo, "gen4.5": Gen4_5, "veo3.1_fast": Veo3_1Fast}
BALANCE = 100_000
CODES = (
    "SAFETY.INPUT.TEXT", "SAFETY.INPUT.IMAGE", "SAFETY.OUTPUT.VIDEO", "INPUT_PREPROCESSING.SAFETY.TEXT",
    "ASSET.INVALID", "INTERNAL.BAD_OUTPUT.CODE01", "INTERNAL", "INPUT_PREPROCESSING.INTERNAL",
    "THIRD_PARTY.UNAVAILABLE", "none",
)  # fmt: skip
UPLOAD_PASS = {
    "policy": "signed-policy", "X-Amz-Credential": "signed-credential",
    "X-Amz-Security-Token": "signed-token", "X-Amz-Signature": "signed-signature",
}  # fmt: skip
"""Whoever has these may upload, for as long as they hold."""
STATUSES = {
    "waiting": "PENDING", "throttled": "THROTTLED", "unknown": "UNDER_REVIEW", "running": "RUNNING",
    "succeeded": "SUCCEEDED", "failed": "FAILED", "cancelled": "CANCELLED",
}  # fmt: skip


class RunwayStandIn(StandIn):
    prompt_field = "promptText"

    def __init__(self, script: Script, secret: str = "") -> None:
        super().__init__(script, secret)
        self.uploads: dict[str, bytes] = {}
        self.began = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    def _routes(self) -> list[Route]:
        return [
            Route("/v1/image_to_video", self.submit, methods=["POST"]),
            Route("/v1/tasks/{id}", self.poll, methods=["GET"]),
            Route("/v1/tasks/{id}", self.delete, methods=["DELETE"]),
            Route("/v1/uploads", self.begin_upload, methods=["POST"]),
            Route("/v1/organization", self.organization),
            Route("/storage/{id}", self.take_upload, methods=["POST"]),
        ]

    async def delete(self, request: Request) -> Response:
        job = self._find(request)
        if isinstance(job, Response):
            return job
        if "race" in job.marks:
            job.ended = ("succeeded", None)
        elif job.ended or "forget" in job.marks:
            job.ended = ("forgotten", None)
        else:
            was_running = job.now(self.script)[0] == "running"
            job.ended = ("cancelled", job.price if was_running else 0.0)
        return Response(status_code=204)

    async def begin_upload(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        if not re.fullmatch(r"[^/]+\.(jpe?g|png|webp)", body["filename"]) or body["type"] != "ephemeral":
            return JSONResponse({"error": "Validation of body failed"}, 400)
        upload_id = str(uuid4())
        return JSONResponse(
            {
                "runwayUri": f"runway://upload/{upload_id}",
                "uploadUrl": f"{request.base_url}storage/{upload_id}",
                "fields": {"key": upload_id, **UPLOAD_PASS},
            }
        )

    async def take_upload(self, request: Request) -> Response:
        form = await request.form()
        file = form["file"]
        is_signed = all(form.get(name) == value for name, value in UPLOAD_PASS.items())
        if form["key"] != request.path_params["id"] or isinstance(file, str) or not is_signed:
            return Response(status_code=403)
        self.uploads[request.path_params["id"]] = await file.read()
        return Response(status_code=204)

    async def organization(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        limits = {"maxConcurrentGenerations": 2, "maxDailyGenerations": 50}
        used = {name: sum(job.model == name for job in self.memory.jobs.values()) for name in TYPES}
        return JSONResponse(
            {
                "creditBalance": BALANCE - int(self.billed()),
                "tier": {"maxMonthlyCreditSpend": 10_000, "models": dict.fromkeys(TYPES, limits)},
                "usage": {"models": {name: {"dailyGenerations": count} for name, count in used.items()}},
            }
        )

    def billed(self) -> float:
        """In Runway's credits, of all jobs that were ever begun."""
        return sum(self._cost(job) for job in self.memory.jobs.values())

    def _begin(self, request: Request, body: dict[str, Any], marks: Marks) -> Job:
        return Job(
            id=str(uuid4()), marks=marks, prompt=body.get("promptText", ""), seed=body.get("seed"),
            picture=hashlib.sha256(body["promptImage"].encode()).hexdigest()[:16], model=body["model"],
            price=CREDITS_A_SECOND[body["model"]] * body.get("duration", 10),
            is_answered=not UNANSWERED & set(marks),
        )  # fmt: skip

    def _accepted(self, request: Request, job: Job) -> Response:
        return JSONResponse({"id": job.id, "estimatedCost": {"credits": job.price}})

    def _told(self, request: Request, job: Job) -> Response:
        step, value = job.step(self.script)
        task: dict[str, Any] = {"id": job.id, "createdAt": self.began, "status": STATUSES[step]}
        if step in ("succeeded", "failed", "cancelled"):
            task["cost"] = {"credits": int(self._cost(job))}
        else:
            task["estimatedCost"] = {"credits": job.price}
        if step == "running":
            task["progress"] = value
        if step == "failed":
            task["failure"] = "Something happened that users should not read."
            task |= {} if value == "none" else {"failureCode": value}
        if step == "succeeded":
            job.addresses += 1
            task["output"] = [f"{request.base_url}files/{job.id}/{job.addresses}.mp4?_jwt=signed-{job.id}"]
        return JSONResponse(task)

    def _cost(self, job: Job) -> float:
        """Moderated jobs cost as much as good ones; other failures nothing."""
        step, value = job.ended or ("running", None)
        if step == "cancelled":
            return float(value or 0)
        return job.price if step != "failed" or "SAFETY" in str(value) else 0.0

    def _refusal(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        if not given.startswith("Bearer ") or (self.secret and given != f"Bearer {self.secret}"):
            return JSONResponse({"error": f"The key {given[7:]} is not one of ours."}, 401)
        if request.headers.get("x-runway-version") != VERSION:
            return JSONResponse({"error": "A version must be named."}, 400)
        return None

    def _complaint(self, body: dict[str, Any]) -> Response | None:
        issues = self._issues(body)
        said = {"error": "Validation of body failed", "issues": issues}
        return JSONResponse(said, 400) if issues else None

    def _error(self, status: int, retry_after: str | None) -> Response:
        headers = {} if retry_after is None else {"retry-after": retry_after}
        return JSONResponse({"error": f"An error of the kind {status}."}, status, headers=headers)

    def _not_found(self) -> Response:
        return JSONResponse({"error": "Not found"}, 404)

    def _issues(self, body: dict[str, Any]) -> list[str]:
        """What Runway would not take, by the library's own types and by its documentation."""
        kind = TYPES.get(body.get("model", ""))
        if kind is None:
            return ["model"]
        snaked = {re.sub(r"([A-Z])", r"_\1", name).lower(): value for name, value in body.items()}
        issues = [f"unknown: {name}" for name in snaked.keys() - get_type_hints(kind).keys()]
        try:
            TypeAdapter(kind).validate_python(snaked, strict=True)
        except ValidationError as error:
            issues += [str(problem["loc"]) for problem in error.errors()]
        if issues:
            return issues
        text, duration, seed = body.get("promptText"), body.get("duration", 5), body.get("seed", 0)
        issues += (
            ["promptText"] if text is not None and not 0 < len(text.encode("utf-16-le")) // 2 <= 1000 else []
        )
        issues += ["duration"] if not 2 <= duration <= 10 else []
        issues += ["seed"] if not 0 <= seed < 2**32 else []
        return issues + self._picture_issues(str(body.get("promptImage")))

    def _picture_issues(self, address: str) -> list[str]:
        if address.startswith("runway://upload/"):
            content = self.uploads.get(address.rpartition("/")[2], b"")
        elif address.startswith("data:image/") and len(address) < 5 * 1024 * 1024:
            try:
                content = base64.b64decode(address.partition(";base64,")[2], validate=True)
            except binascii.Error:
                return ["promptImage"]
        else:
            return ["promptImage"]
        try:
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
                return [] if 0.5 <= image.width / image.height <= 2 else ["promptImage: aspect ratio"]
        except OSError:
            return ["promptImage"]


if __name__ == "__main__":
    run(lambda script: RunwayStandIn(script).app, CODES, "Runway's API on loopback")
