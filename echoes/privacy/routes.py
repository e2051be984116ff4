"""GET /privacy/export: data export of whoever is signed in, as a zip."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from echoes.accounts import cookies
from echoes.accounts.service import authenticate
from echoes.error_responses import SEE_OTHER, back_to
from echoes.errors import NotSignedIn, TooOften
from echoes.models import now
from echoes.privacy.export import gather
from echoes.rate_limits.limiter import get_rate_limiter

ACCOUNT = "/account"


async def export(request: Request) -> Response:
    if request.headers.get("sec-fetch-site") == "cross-site":
        return RedirectResponse(ACCOUNT, SEE_OTHER)
    token = cookies.token_from(request.headers.get("cookie", ""))
    limiter = get_rate_limiter()
    try:
        user_id = await asyncio.to_thread(authenticate, token)
        await asyncio.to_thread(limiter.count, limiter.limits.export, str(user_id))
    except (NotSignedIn, TooOften) as error:
        return back_to(ACCOUNT, error)
    everything = await asyncio.to_thread(gather, user_id)
    # Starlette reads a plain iterator in its threads, part by part, as fast as the browser takes them.
    return StreamingResponse(
        everything.parts(),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="echoes-{now():%Y-%m-%d}.zip"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


routes = [Route("/privacy/export", export, methods=["GET"])]
