"""Rate limits on routes that anybody may try without having signed in: by the address that it comes from."""

import asyncio
from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.csrf import client_address, is_cross_site_fetch, is_same_origin_request
from echoes.errors import TooOften
from echoes.rate_limits.limiter import RateLimit, RateLimits, get_rate_limiter

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A moment, please · Echoes</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/styles/watch.css">
</head>
<body>
<header><a class="wordmark" href="/">Echoes</a></header>
<main><section class="words">
<h1>A moment, please</h1>
<p>{}</p>
<a class="button" href="{}">Try again</a>
</section></main>
</body>
</html>"""


class RateLimitedEndpoint:
    """Middleware of one route, which runs where the route runs: nothing here compares paths a second time.

    What another site sends or fetches is refused elsewhere (`origins.OurPagesOnly`, `accounts.routes`). It is
    not counted: that site could use up the attempts of whoever visits it.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[RateLimits], RateLimit]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app, turnstile = self._app, get_rate_limiter()
        if _counts(scope):
            request = Request(scope)
            try:
                await asyncio.to_thread(
                    turnstile.count, self._limit(turnstile.limits), client_address(request)
                )
            except TooOften as refusal:
                app = _asked_to_wait(request, refusal)
        await app(scope, receive, send)


def rate_limited(limit: Callable[[RateLimits], RateLimit]) -> list[Middleware]:
    """For a Route, as its `middleware`."""
    return [Middleware(RateLimitedEndpoint, limit=limit)]


def _counts(scope: Scope) -> bool:
    return is_same_origin_request(scope) and not is_cross_site_fetch(Headers(scope=scope))


def _asked_to_wait(request: Request, refusal: TooOften) -> HTMLResponse:
    page = PAGE.format(escape(refusal.sentence), escape(_page_before(request), quote=True))
    return HTMLResponse(page, 429, headers={"Retry-After": str(refusal.seconds), "Cache-Control": "no-store"})


def _page_before(request: Request) -> str:
    """A path of ours: another site may have sent the form, and `//` would lead to one."""
    if request.method == "GET":
        return request.url.path
    return "/" + urlsplit(request.headers.get("referer", "")).path.lstrip("/\\")
