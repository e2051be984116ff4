"""Request ids, request metrics and request spans, around everything else.

An id that a trusted proxy, or anybody, sends in X-Request-ID is taken when it is plain; else one is made. It
stands on every log line of the request and in the answer.
"""

import re
from collections.abc import Sequence
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from echoes.observability import context, metrics, tracing

REQUEST_ID = "X-Request-ID"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{7,63}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
PAGES, FILES = "(page)", "(static file)"
"""What no route of ours answers: the built front end."""
NOTHING = "500"
"""When no answer was begun."""


class RequestObservationMiddleware:
    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = [route for route in routes if isinstance(route, Route)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, route = request_id_of(Headers(scope=scope)), self.template(scope)
        method = scope["method"] if scope["method"] in METHODS else metrics.OTHER
        answer = _Answer(send, request_id)
        stopwatch = metrics.Stopwatch()
        with (
            context.bound(request=request_id, route=route),
            tracing.span(f"{method} {route}", http__request__method=method, http__route=route),
        ):
            try:
                await self._app(scope, receive, answer.send)
            finally:
                metrics.HTTP_REQUESTS.labels(route, method, answer.status).inc()
                metrics.HTTP_SECONDS.labels(route).observe(stopwatch.seconds)

    def template(self, scope: Scope) -> str:
        """Of the route, never the path itself, of which there are as many as somebody likes."""
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return route.path
        return FILES if "." in scope["path"].rpartition("/")[2] else PAGES


class _Answer:
    """What is sent, with the id of its request."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self._request_id = send, request_id
        self.status = NOTHING

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = str(message["status"])
            MutableHeaders(scope=message)[REQUEST_ID] = self._request_id
        await self._send(message)


def request_id_of(headers: Headers) -> str:
    sent = headers.get(REQUEST_ID, "")
    return sent if PLAIN.fullmatch(sent) else uuid4().hex
