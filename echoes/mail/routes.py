"""GET and POST /mail/unsubscribe: by a link in a mail, and by one click of a mail program."""

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from echoes.database import get_database
from echoes.mail import unsubscribing
from echoes.mail.messages import OPTIONAL
from echoes.mail.unsubscribing import PATH, OptOut
from echoes.rate_limits.middleware import rate_limited
from echoes.standalone_page import page_with_form, standalone_page

INVITATIONS = "Invitations to this address"


async def ask(request: Request) -> Response:
    """Opening the link changes nothing yet: programs that check mail open it, too."""
    choice = unsubscribing.read(request.query_params.get("token", ""))
    address = f"{request.url.path}?{request.url.query}"
    page = page_with_form("No more of these mails?", f"{_said(choice)}.", address, "No more of these")
    return _private(page)


async def unsubscribe(request: Request) -> Response:
    """A mail program sends this from elsewhere; the token is the proof."""
    choice = unsubscribing.read(request.query_params.get("token", ""))
    await asyncio.to_thread(_opt_out, choice)
    sentence = "You will get no more of these mails. You can turn them on again on your account page."
    return _private(standalone_page("Done", sentence))


def _opt_out(choice: OptOut) -> None:
    with get_database().unscoped() as session:
        unsubscribing.opt_out(session, choice)


def _said(choice: OptOut) -> str:
    return OPTIONAL.get(choice.kind, INVITATIONS)


def _private(page: str) -> Response:
    return HTMLResponse(page, headers={"cache-control": "no-store"})


LIMITED = rate_limited(lambda limits: limits.opt_out)

routes = [
    Route(PATH, ask, methods=["GET"], middleware=LIMITED),
    Route(PATH, unsubscribe, methods=["POST"], middleware=LIMITED),
]
