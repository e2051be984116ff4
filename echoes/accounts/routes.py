"""Sign-in and sign-out: plain form posts, because only a response can set an HttpOnly cookie."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies, service
from echoes.accounts.navigation import is_same_origin, safe_next, sign_in_address
from echoes.database import get_database
from echoes.errors import BadInput, Refused
from echoes.settings import get_settings

SEE_OTHER = 303


async def sign_in_locally(request: Request) -> Response:
    _require_same_origin(request)
    async with request.form(max_files=0, max_fields=5) as form:
        name, target = str(form.get("name", "")), safe_next(str(form.get("next", "")))
    try:
        token = await asyncio.to_thread(_open_local_session, name, request.headers.get("user-agent", ""))
    except (BadInput, Refused) as error:
        problem = "name" if isinstance(error, BadInput) else "closed"
        return RedirectResponse(sign_in_address(target, problem), SEE_OTHER)
    response = RedirectResponse(target, SEE_OTHER)
    cookies.give(response, token, get_settings())
    return response


def _open_local_session(name: str, user_agent: str) -> str:
    settings = get_settings()
    with get_database().unscoped() as session:
        user = service.sign_in_locally(session, settings, name)
        return service.open_session(session, settings, user.id, user_agent)


async def sign_out(request: Request) -> Response:
    _require_same_origin(request)
    await asyncio.to_thread(_close_session, cookies.token_from(request.headers.get("cookie", "")))
    response = RedirectResponse("/", SEE_OTHER)
    cookies.take_back(response, get_settings())
    return response


def _close_session(token: str | None) -> None:
    with get_database().unscoped() as session:
        service.close_session(session, token)


def _require_same_origin(request: Request) -> None:
    if not is_same_origin(request, get_settings().origins):
        raise HTTPException(403, "This form was sent from another site. Please open Echoes and try again.")


routes = [
    Route("/auth/local", sign_in_locally, methods=["POST"]),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
]
