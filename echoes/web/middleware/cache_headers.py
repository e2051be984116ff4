"""Cache-Control headers: hashed files for ever, fonts and sample film a week, pages never without asking."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WEEK = "public, max-age=604800"
KEPT = {"/assets/": "public, max-age=31536000, immutable", "/fonts/": WEEK, "/sample/": WEEK}
ASK_FIRST = "no-cache"


class CacheHeadersMiddleware:
    """Adds Cache-Control to what the front end's build serves; a route that has its own keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_caching(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        await self._app(scope, receive, send_with_caching)


def _add(headers: MutableHeaders, path: str, status: int) -> None:
    kept = next((value for prefix, value in KEPT.items() if path.startswith(prefix)), None)
    if kept and status in (200, 206, 304):
        headers.setdefault("cache-control", kept)
    elif "etag" in headers or headers.get("content-type", "").startswith("text/html"):
        headers.setdefault("cache-control", ASK_FIRST)
