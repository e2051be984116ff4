"""GET /privacy/export: everything of whoever is signed in, as a zip."""

import asyncio

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from echoes.accounts import cookies
from echoes.accounts.navigation import sign_in_address
from echoes.accounts.service import authenticate
from echoes.errors import NotSignedIn
from echoes.models import now
from echoes.privacy.export import gather

ACCOUNT = "/account"
ALLOWANCE = parse("5/hour")
TOO_OFTEN = "You have fetched your data several times within the hour. Please try again later."
"""It reads every file that a person has."""
SEE_OTHER = 303


class Exporting:
    """With a memory of its own for who asked how often."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site") == "cross-site":
            return RedirectResponse(ACCOUNT, SEE_OTHER)
        token = cookies.token_from(request.headers.get("cookie", ""))
        try:
            user_id = await asyncio.to_thread(authenticate, token)
        except NotSignedIn as error:
            return RedirectResponse(sign_in_address(ACCOUNT, error.problem), SEE_OTHER)
        if not self._limiter.hit(ALLOWANCE, str(user_id)):
            return PlainTextResponse(TOO_OFTEN, 429, {"Retry-After": "3600", "Cache-Control": "no-store"})
        export = await asyncio.to_thread(gather, user_id)
        # Starlette reads a plain iterator in its threads, part by part, as fast as the browser takes them.
        return StreamingResponse(
            export.parts(),
            media_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="echoes-{now():%Y-%m-%d}.zip"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )


def make_routes() -> list[Route]:
    return [Route("/privacy/export", Exporting().__call__, methods=["GET"])]


routes = make_routes()
