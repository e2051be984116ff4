"""POST /uploads and HEAD, GET, PATCH, DELETE /uploads/{id}: tus 1.0.0 for whoever is signed in.

The PATCH that makes a file whole answers 200 with {"photo_id": …} or {"track_id": …}, and GET says the same
later. Every refusal is {"error": sentence, "code": code}.

Music that turns out to be a video is refused with "Upload-Use-Sound: yes" and kept: its last byte, sent again
with that header, says that its sound is wanted.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies
from echoes.accounts.service import authenticate
from echoes.database import get_database
from echoes.error_responses import error_response
from echoes.errors import MusicVideo
from echoes.models import Upload, UploadKind
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from echoes.uploads import protocol, receiving, service
from echoes.uploads.receiving import UploadStatus

Endpoint = Callable[[Request], Awaitable[Response]]

ALWAYS = {"Tus-Resumable": protocol.VERSION, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RESULT_NAMES = {UploadKind.PHOTO: "photo_id", UploadKind.MUSIC: "track_id"}


def answering(endpoint: Endpoint) -> Endpoint:
    """Every answer has the protocol's headers, and an error's comes when a client is ready to read it."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except Exception as error:
            response = error_response(request, error)
            if not isinstance(error, ClientDisconnect):  # Else what came is kept for the next attempt.
                # A browser reads no answer before it has sent all it wanted to: the rest is read and dropped.
                await receiving.discard_body(request)
            if isinstance(error, MusicVideo):
                response.headers[protocol.USE_SOUND] = protocol.YES
        response.headers.update(ALWAYS)
        return response

    return answer


@answering
async def create(request: Request) -> Response:
    user_id = await _authorise(request)
    limiter = get_rate_limiter()
    await asyncio.to_thread(limiter.count, limiter.limits.upload, str(user_id))
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
    """For all that changes something. That it comes from a page of ours, `csrf` has seen to."""
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
