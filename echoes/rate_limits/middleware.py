"""Rate-limit middleware, by client address, of routes that anybody may try without having signed in."""

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.csrf import client_address, is_cross_site_fetch, is_same_origin_request
from echoes.rate_limits.limiter import RateLimit, RateLimits, get_rate_limiter


class RateLimitedEndpoint:
    """Middleware of one route, which runs where the route runs: nothing here compares paths a second time.
    Raises TooOften.

    What another site sends or fetches is refused elsewhere (`csrf.CsrfMiddleware`, `accounts.routes`). It is
    not counted: that site could use up the attempts of whoever visits it.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[RateLimits], RateLimit]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limiter = get_rate_limiter()
        if _counts(scope):
            limit, address = self._limit(limiter.limits), client_address(Request(scope))
            await asyncio.to_thread(limiter.count, limit, address)
        await self._app(scope, receive, send)


def rate_limited(limit: Callable[[RateLimits], RateLimit]) -> list[Middleware]:
    """For a Route, as its `middleware`."""
    return [Middleware(RateLimitedEndpoint, limit=limit)]


def _counts(scope: Scope) -> bool:
    return is_same_origin_request(scope) and not is_cross_site_fetch(Headers(scope=scope))
