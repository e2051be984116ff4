"""HTTP error responses: what our own routes answer when something goes wrong, decided here alone.

A program reads {"error": sentence, "code": code}, with the status of the error's class. A browser that shows
what it asked for as a page gets a page, or the way to sign in. `ErrorMiddleware` stands before our routes,
so a route raises, and catches only what it answers in a way of its own.
"""

import logging
from urllib.parse import urlencode, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from echoes.accounts.redirects import sign_in_address
from echoes.errors import (
    EchoesError,
    InternalError,
    NotFound,
    NotSignedIn,
    StorageFull,
    TooOften,
    brief,
    is_expected,
)
from echoes.standalone_page import page_with_link

SEE_OTHER, CLIENT_CLOSED_REQUEST = 303, 499
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
TITLES: dict[type[EchoesError], str] = {
    TooOften: "A moment, please",
    NotFound: "There is nothing here",
    EchoesError: "That did not work",
}

logger = logging.getLogger(__name__)


class ErrorMiddleware:
    """Answers what the routes, and the middleware inside of it, raise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            await error_response(Request(scope, receive), error)(scope, receive, send)


def error_response(request: Request, error: Exception) -> Response:
    """Also says in the log what an operator has to know, once."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=CLIENT_CLOSED_REQUEST)  # Nobody hears it.
    if isinstance(error, StorageFull):
        logger.error("a request cannot be stored: %s", brief(error.__cause__))
    if not is_expected(error):
        logger.error("a request failed in a way that nobody foresaw", exc_info=error)
        return _said(request, InternalError())
    return _said(request, error)


def back_to(page: str, error: EchoesError) -> Response:
    """To the page of ours whose form or link it was, which says by the code what went wrong: a sentence in an
    address could be anybody's."""
    if isinstance(error, NotSignedIn):
        return RedirectResponse(sign_in_address(page, error.problem), SEE_OTHER)
    return RedirectResponse(f"{page}?{urlencode({'problem': error.code})}", SEE_OTHER)


def _said(request: Request, error: EchoesError) -> Response:
    headers = HEADERS | error.headers
    if not _wants_page(request):
        body = {"error": error.sentence, "code": error.code}
        return JSONResponse(body, error.status, headers=headers)
    if isinstance(error, NotSignedIn):
        return RedirectResponse(sign_in_address(_page_before(request), error.problem), SEE_OTHER, HEADERS)
    return HTMLResponse(_page(request, error), error.status, headers=headers)


def _wants_page(request: Request) -> bool:
    """Browsers name it when they show the answer, and ask for anything when a script or a player does."""
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request, error: EchoesError) -> str:
    may_pass = isinstance(error, TooOften) or error.status >= 500
    title = next(title for kind, title in TITLES.items() if isinstance(error, kind))
    address, label = (_page_before(request), "Try again") if may_pass else ("/", "Go to Echoes")
    return page_with_link(title, error.sentence, address, label)


def _page_before(request: Request) -> str:
    """A path of ours: another site may have sent the form, and `//` would lead to one."""
    path = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
    return "/" + path.lstrip("/\\")
