"""POST /watch/<token>/reply: a form of the share page, which works without a script."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.csrf import client_address, require_same_origin
from echoes.database import get_database
from echoes.errors import BadInput, Refused
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.sharing import page
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.page import ReplyForm
from echoes.sharing.replies import visitor
from echoes.sharing.service import WATCH
from echoes.sharing.visits import (
    REPLY_COOKIE,
    SEE_OTHER,
    headers_of,
    look,
    missing,
    page_address,
    read_form,
    remember,
)

KEPT = 180 * 24 * 3600
PLACE = "#reply"


async def reply(request: Request) -> Response:
    """What was typed comes back with what went wrong."""
    require_same_origin(request, "This form was sent from another site. Please open the link again.")
    shown = await asyncio.to_thread(look, request)
    if shown is None:
        return missing()
    if shown.access != LinkAccess.OPEN:
        return RedirectResponse(page_address(request), SEE_OTHER)
    fields = await read_form(request)
    browser_id = browser_of(request, fields.get("browser", ""))
    try:
        await asyncio.to_thread(_leave, request, shown, browser_id, fields)
    except (BadInput, Refused) as error:
        return await asyncio.to_thread(_refused, shown, browser_id, fields, error)
    response = RedirectResponse(f"{page_address(request)}{PLACE}", SEE_OTHER)
    remember(response, REPLY_COOKIE, browser_id, shown, KEPT)
    return response


async def replied(request: Request) -> Response:
    """For a browser that opens the form's address again."""
    return RedirectResponse(page_address(request), SEE_OTHER)


def browser_of(request: Request, in_form: str = "") -> str:
    """By its cookie; before its first reply by a number in the form, so that two quick taps are one."""
    known = request.cookies.get(REPLY_COOKIE, "")
    candidates = (text for text in (known, in_form) if visitor.is_browser_id(text))
    return next(candidates, None) or visitor.new_browser_id()


def form_of(
    shown: LinkedFilm, browser_id: str, words: str = "", name: str = "", problem: str = ""
) -> ReplyForm | None:
    """None where there is nobody to write to. Blocks."""
    if shown.access != LinkAccess.OPEN or not shown.can_reply or shown.is_damaged:
        return None
    with get_database().reading() as session:
        return ReplyForm(
            browser_id, visitor.given_by(session, shown.link_id, browser_id), words, name, problem
        )


def _leave(request: Request, shown: LinkedFilm, browser_id: str, fields: dict[str, str]) -> None:
    is_heart = "heart" in fields
    words = visitor.HEART if is_heart else visitor.checked_words(fields.get("words", ""))
    limiter = get_rate_limiter()
    limiter.count(limiter.limits.reply, client_address(request))
    limiter.count(limiter.limits.reply_to_one, str(shown.link_id))
    with get_database().unscoped() as session:
        visitor.leave(session, shown, browser_id, words, "" if is_heart else fields.get("name", ""))


def _refused(
    shown: LinkedFilm, browser_id: str, fields: dict[str, str], error: BadInput | Refused
) -> Response:
    form = form_of(
        shown, browser_id, words=fields.get("words", ""), name=fields.get("name", ""), problem=error.sentence
    )
    status = HTTPStatus(error.status)
    return HTMLResponse(page.draw(shown, reply=form), status, headers=headers_of(shown) | error.headers)


routes = [
    Route(WATCH + "{token}/reply", reply, methods=["POST"]),
    Route(WATCH + "{token}/reply", replied, methods=["GET"]),
]
