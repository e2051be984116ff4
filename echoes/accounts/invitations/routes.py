"""Routes of invitations: /join/<code>, the code typed by hand, and joining by an invitation alone."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies, entry, sign_up
from echoes.accounts.entry import SEE_OTHER
from echoes.accounts.invitations import service as invitations
from echoes.accounts.redirects import HOME, JOIN, SIGN_IN, safe_redirect
from echoes.database import get_database
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import get_settings


async def follow_invitation(request: Request) -> Response:
    """The link of an invitation. Opening it uses nothing up: programs that show previews open links too."""
    return await _accept(request.path_params["code"])


async def type_invitation(request: Request) -> Response:
    """The same, for a code that somebody was told."""
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        code = str(form.get("code", ""))
    return await _accept(code)


async def _accept(code: str) -> Response:
    """The code waits in a cookie until this person signs up, whichever way that takes."""
    if not await asyncio.to_thread(_is_open, code):
        return entry.back(HOME, "invitation")
    response, settings = RedirectResponse(SIGN_IN, SEE_OTHER), get_settings()
    seconds = cookies.INVITATION_DAYS * cookies.DAY
    cookies.set_cookie(response, cookies.INVITATION, invitations.plain(code), seconds, settings)
    return entry.private(response)


def _is_open(code: str) -> bool:
    with get_database().reading() as session:
        return invitations.find_open(session, code) is not None


async def join(request: Request) -> Response:
    """By an invitation and a name, where there is no sign-in service."""
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        name, target = str(form.get("name", "")), safe_redirect(str(form.get("next", "")))
        once = str(form.get("form", ""))
    codes = entry.codes_of(request)
    return await entry.enter(
        request, target, lambda session: sign_up.join_by_name(session, get_settings(), name, codes, once)
    )


LIMITED = rate_limited(lambda limits: limits.invitation)

routes = [
    Route("/auth/join", join, methods=["POST"], middleware=LIMITED),
    Route("/auth/invitation", type_invitation, methods=["POST"], middleware=LIMITED),
    Route(f"{JOIN}/{{code}}", follow_invitation, methods=["GET"], middleware=LIMITED),
]
