"""Refuse URLs with control characters, before anything else looks at them.

What a router, a rate limit and a log make of a line end differs (`$` of a regular expression also matches
before one), so no such address gets as far as that. Ours are plain ASCII; browsers escape everything else.
"""

import unicodedata
from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""By Unicode's categories: C0, DEL and C1; halves of surrogate pairs; separators of lines and paragraphs."""
PRINTABLE = range(0x21, 0x7F)
REFUSAL = "This address cannot be read."


class ControlCharactersMiddleware:
    """Answers 400, or refuses the websocket, where a path or a query is not plain, raw or decoded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_plain(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(REFUSAL, 400)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})


def is_plain(scope: Scope) -> bool:
    raw: Iterable[int] = scope.get("raw_path") or b""
    is_printable = all(byte in PRINTABLE for part in (raw, scope["query_string"]) for byte in part)
    return is_printable and not has_controls(scope["path"])


def has_controls(text: str) -> bool:
    return any(unicodedata.category(letter) in CONTROLS for letter in text)
