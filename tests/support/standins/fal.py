"""fal's queue on loopback, written from its documentation, for the reasons that the one of Runway has.

python -m tests.support.standins.fal --port 4011 --failures 0.2
ECHOES_PROVIDER=fal ECHOES_FAL_BASE_URL=http://127.0.0.1:4011 ECHOES_FAL_KEY=anything …
"""

import base64
import hashlib
import io
from typing import Any
from uuid import uuid4

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.standins.base import UNANSWERED, StandIn
from tests.support.standins.scripting import Job, Marks, Step, run

APPLICATION = "fal-ai/kling-video"
MODEL_CODES = (
    "content_policy_violation", "image_too_small", "no_media_generated", "generation_timeout",
    "internal_server_error",
)  # fmt: skip
QUEUE_CODES = ("request_timeout", "runner_disconnected", "startup_timeout")
CODES = (*MODEL_CODES, *QUEUE_CODES)
FIELDS = {"prompt", "image_url", "duration", "negative_prompt", "cfg_scale"}
STATUSES = {
    "waiting": "IN_QUEUE",
    "throttled": "IN_QUEUE",
    "unknown": "UNDER_REVIEW",
    "running": "IN_PROGRESS",
}


class FalStandIn(StandIn):
    prompt_field = "prompt"

    def _routes(self) -> list[Route]:
        requests = f"/{APPLICATION}/requests/{{id}}"
        return [
            Route(f"{requests}/status", self.poll),
            Route(requests, self.response),
            Route(f"{requests}/cancel", self.cancel, methods=["PUT"]),
            Route(f"/{APPLICATION}/v2.5-turbo/{{tier}}/image-to-video", self.submit, methods=["POST"]),
        ]

    async def response(self, request: Request) -> Response:
        job = self._find(request)
        if isinstance(job, Response):
            return job
        if job.ended is None:
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        if job.ended[0] == "succeeded":
            job.addresses += 1
            address = f"{request.base_url}files/{job.id}/{job.addresses}.mp4?signature=signed-{job.id}"
            return JSONResponse({"video": {"url": address, "content_type": "video/mp4"}})
        return _failure(job.ended)

    async def cancel(self, request: Request) -> Response:
        job = self._find(request)
        if isinstance(job, Response):
            return job
        if "race" in job.marks:
            job.ended = ("succeeded", None)
        if job.ended:
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        job.ended = ("forgotten", None) if "forget" in job.marks else ("failed", "client_cancelled")
        return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

    def _refusal(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        if not given.startswith("Key ") or (self.secret and given != f"Key {self.secret}"):
            return JSONResponse({"detail": f"Cannot access with {given}"}, 401)
        return None

    def _complaint(self, body: dict[str, Any]) -> Response | None:
        issues = _issues(body)
        return JSONResponse({"detail": issues}, 422, headers={"x-fal-retryable": "false"}) if issues else None

    def _begin(self, request: Request, body: dict[str, Any], marks: Marks) -> Job:
        return Job(
            id=str(uuid4()), marks=marks, prompt=body["prompt"], seed=None,
            model=request.path_params["tier"],
            picture=hashlib.sha256(body["image_url"].encode()).hexdigest()[:16],
            price=0.07 * int(body["duration"]),
            is_answered=not UNANSWERED & set(marks),
        )  # fmt: skip

    def _accepted(self, request: Request, job: Job) -> Response:
        base = job.marks.get("elsewhere") or str(request.base_url).rstrip("/")
        return JSONResponse({"status": "IN_QUEUE", "queue_position": 0, **_addresses(base, job.id)})

    def _told(self, request: Request, job: Job) -> Response:
        step, value = job.step(self.script)
        addresses = _addresses(str(request.base_url).rstrip("/"), job.id)
        if status := STATUSES.get(step):
            place = {"queue_position": 3} if status == "IN_QUEUE" else {}
            return JSONResponse({"status": status, **addresses, **place}, 202)
        failure = {"error": "The request failed.", "error_type": value}
        is_of_the_queue = step == "failed" and value in QUEUE_CODES
        return JSONResponse({"status": "COMPLETED", **addresses, **(failure if is_of_the_queue else {})})

    def _error(self, status: int, retry_after: str | None) -> Response:
        headers = {} if retry_after is None else {"retry-after": retry_after}
        return JSONResponse({"detail": "Not now."}, status, headers=headers)

    def _not_found(self) -> Response:
        return JSONResponse({"detail": "Request not found", "status": "NOT_FOUND"}, 404)


def _addresses(base: str, request_id: str) -> dict[str, str]:
    job = f"{base}/{APPLICATION}/requests/{request_id}"
    return {
        "request_id": request_id,
        "response_url": job,
        "status_url": f"{job}/status",
        "cancel_url": f"{job}/cancel",
    }


def _failure(ended: Step) -> Response:
    code = str(ended[1])
    if code in (*QUEUE_CODES, "client_cancelled"):
        said = {"detail": "The request failed.", "error_type": code}
        return JSONResponse(said, 504, headers={"x-fal-error-type": code})
    again = code in ("generation_timeout", "internal_server_error")
    detail = [{"loc": ["body"], "msg": "Something that users should not read.", "type": code}]
    headers = {"x-fal-retryable": str(again).lower(), "x-fal-error-type": code}
    return JSONResponse({"detail": detail}, 500 if again else 422, headers=headers)


def _issues(body: dict[str, Any]) -> list[dict[str, Any]]:
    wrong = sorted(body.keys() - FIELDS)
    wrong += [name for name in ("prompt", "image_url") if not body.get(name)]
    wrong += ["duration"] if body.get("duration", "5") not in ("5", "10") else []
    wrong += ["prompt"] if len(body.get("prompt", "")) > 2500 else []
    return [
        {"loc": ["body", name], "msg": "wrong", "type": "value_error"} for name in wrong
    ] or _picture_issues(body["image_url"])


def _picture_issues(address: str) -> list[dict[str, Any]]:
    try:
        content = base64.b64decode(address.partition(";base64,")[2], validate=True)
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            is_good = min(image.size) >= 300 and 0.4 <= image.width / image.height <= 2.5
    except (OSError, ValueError):
        is_good = False
    return [] if is_good else [{"loc": ["body", "image_url"], "msg": "wrong", "type": "image_load_error"}]


if __name__ == "__main__":
    run(lambda script: FalStandIn(script).app, CODES, "fal's queue on loopback")
