"""Rate-limit middleware, by client address, of routes that anybody may try without having signed in."""

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.csrf import SAFE_METHODS, CrossSite, client_address, is_cross_site_fetch
from echoes.rate_limits.limiter import RateLimit, RateLimits, get_rate_limiter

ELSEWHERE = "This was opened by another site. Please open the link yourself."


class RateLimitedEndpoint:
    """Middleware of one route, which runs where the route runs: nothing here compares paths a second time.
    Raises TooOften.

    What a page of another site fetches is refused and not counted: that site could use up the attempts of
    whoever visits it. So a program that only says it is such a page learns nothing by it. What another site
    sends is refused before it comes here (`csrf.CsrfMiddleware`), unless the route is open to all of them.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[RateLimits], RateLimit]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_fetched_elsewhere(scope):
            raise CrossSite(ELSEWHERE)
        limiter = get_rate_limiter()
        limit, address = self._limit(limiter.limits), client_address(Request(scope))
        await asyncio.to_thread(limiter.count, limit, address)
        await self._app(scope, receive, send)


def rate_limited(limit: Callable[[RateLimits], RateLimit]) -> list[Middleware]:
    """For a Route, as its `middleware`."""
    return [Middleware(RateLimitedEndpoint, limit=limit)]


def _is_fetched_elsewhere(scope: Scope) -> bool:
    """What is let in by its origin is our own page's, whatever else it says of where it comes from: only
    programs say both."""
    return scope["method"] in SAFE_METHODS and is_cross_site_fetch(Headers(scope=scope))
