"""POST /uploads and HEAD, GET, PATCH, DELETE /uploads/{id}: tus 1.0.0 for whoever is signed in.

The PATCH that makes a file whole answers 200 with {"photo_id": …} or {"track_id": …}, and GET says the same
later. Every refusal is {"error": sentence}.

Music that turns out to be a video is refused with "Upload-Use-Sound: yes" and kept: its last byte, sent again
with that header, says that its sound is wanted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies
from echoes.accounts.service import authenticate
from echoes.database import get_database
from echoes.errors import (
    BadInput,
    EchoesError,
    MusicVideo,
    NotFound,
    NotSignedIn,
    Refused,
    StorageFull,
    TooOften,
    brief,
)
from echoes.models import Upload, UploadKind
from echoes.processes.fair_queue import QueueFull
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from echoes.uploads import protocol, quota, receiving, service
from echoes.uploads.part_files import UploadBusy
from echoes.uploads.receiving import UploadStatus, WrongOffset

Endpoint = Callable[[Request], Awaitable[Response]]

STATUSES: dict[type[EchoesError], int] = {
    NotSignedIn: 401,
    NotFound: 404,
    TooOften: 429,
    quota.Full: 413,
    Refused: 403,
    WrongOffset: 409,
    UploadBusy: 423,
    QueueFull: 423,
    service.UploadTooLarge: 413,
    BadInput: 422,
    StorageFull: 507,
}
ALWAYS = {"Tus-Resumable": protocol.VERSION, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RESULT_NAMES = {UploadKind.PHOTO: "photo_id", UploadKind.MUSIC: "track_id"}
OUR_FAULT = "Something went wrong on our side. Nothing is lost; please try again in a moment."

logger = logging.getLogger(__name__)


def answering(endpoint: Endpoint) -> Endpoint:
    """Every answer has the protocol's headers, and every refusal a sentence."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except ClientDisconnect:
            response = Response(status_code=499)  # Nobody hears it: what came is kept for the next attempt.
        except EchoesError as error:
            if isinstance(error, StorageFull):
                logger.error("an upload cannot be stored: %s", brief(error.__cause__))
            response = await _refusal(request, _status(error), error.sentence)
            if isinstance(error, TooOften):
                response.headers["Retry-After"] = str(error.seconds)
            if isinstance(error, MusicVideo):
                response.headers[protocol.USE_SOUND] = protocol.YES
        except Exception:
            logger.exception("an upload failed")
            response = await _refusal(request, 500, OUR_FAULT)
        response.headers.update(ALWAYS)
        return response

    return answer


def _status(error: EchoesError) -> int:
    if isinstance(error, protocol.ProtocolError):
        return error.status
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


async def _refusal(request: Request, status: int, sentence: str) -> Response:
    """A browser reads no answer before it has sent all it wanted to: so the rest is read, and dropped."""
    await receiving.discard_body(request)
    return JSONResponse({"error": sentence}, status)


@answering
async def create(request: Request) -> Response:
    user_id = await _authorise(request)
    turnstile = get_rate_limiter()
    await asyncio.to_thread(turnstile.count, turnstile.limits.upload, str(user_id))
    facts = protocol.metadata(request.headers)
    kind, name = protocol.kind(facts), protocol.file_name(facts)
    project_id = protocol.identity(facts.get("project", ""))
    size = protocol.number(request.headers, "upload-length")

    def begin() -> Upload:
        with get_database().acting_as(user_id) as session:
            return service.begin(session, get_settings(), kind, project_id, name, size)

    upload = await asyncio.to_thread(begin)
    return Response(status_code=201, headers={"Location": f"/uploads/{upload.id}"})


@answering
async def append(request: Request) -> Response:
    user_id = await _authorise(request)
    protocol.require_content_type(request.headers)
    offset = protocol.number(request.headers, "upload-offset")
    outcome = await receiving.receive(request, user_id, _upload_id(request), offset)
    return _result(outcome) if outcome.is_taken_in else _progress(outcome, 204)


@answering
async def look(request: Request) -> Response:
    user_id = await _user(request)

    def find() -> UploadStatus:
        return receiving.upload_status(user_id, _upload_id(request))

    outcome = await asyncio.to_thread(find)
    if request.method == "HEAD":
        return _progress(outcome, 200)
    return _result(outcome)


@answering
async def give_up(request: Request) -> Response:
    user_id = await _authorise(request)

    def discard() -> None:
        with get_database().acting_as(user_id) as session:
            service.give_up(session, _upload_id(request))

    await asyncio.to_thread(discard)
    return Response(status_code=204)


@answering
async def describe(request: Request) -> Response:
    largest = max(service.largest(get_settings()).values())
    abilities = {"Tus-Version": protocol.VERSION, "Tus-Extension": protocol.EXTENSIONS}
    return Response(status_code=204, headers=abilities | {"Tus-Max-Size": str(largest)})


def _progress(outcome: UploadStatus, status: int) -> Response:
    headers = {"Upload-Offset": str(outcome.offset), "Upload-Length": str(outcome.upload.size_bytes)}
    if status == 200:
        headers["Upload-Metadata"] = protocol.described(outcome.upload)
    return Response(status_code=status, headers=headers)


def _result(outcome: UploadStatus) -> Response:
    body: dict[str, str | int] = {"offset": outcome.offset, "length": outcome.upload.size_bytes}
    if outcome.is_taken_in:
        body[RESULT_NAMES[outcome.upload.kind]] = str(outcome.upload.id)
    return JSONResponse(body, headers={"Upload-Offset": str(outcome.offset)})


async def _authorise(request: Request) -> UUID:
    """For all that changes something. That it comes from a page of ours, `origins` has seen to."""
    user_id = await _user(request)
    protocol.require_version(request.headers)
    return user_id


async def _user(request: Request) -> UUID:
    token = cookies.token_from(request.headers.get("cookie", ""))
    return await asyncio.to_thread(authenticate, token)


def _upload_id(request: Request) -> UUID:
    return protocol.identity(request.path_params["upload_id"])


routes = [
    Route("/uploads", create, methods=["POST"]),
    Route("/uploads", describe, methods=["OPTIONS"]),
    Route("/uploads/{upload_id}", look, methods=["GET", "HEAD"]),
    Route("/uploads/{upload_id}", append, methods=["PATCH"]),
    Route("/uploads/{upload_id}", give_up, methods=["DELETE"]),
]
