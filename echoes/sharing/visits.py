"""Visits to a share link: what a request's link and cookies open, and the headers of each answer."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.database import get_database
from echoes.errors import BadInput, NotFound, NotSignedIn
from echoes.settings import get_settings
from echoes.sharing import page
from echoes.sharing.link_access import LinkedFilm, look_up
from echoes.sharing.service import WATCH

UNLOCKED_COOKIE, REPLY_COOKIE = "echoes_watch", "echoes_reply"
SEE_OTHER, NOT_FOUND = 303, 404
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
UNLISTED = {"X-Robots-Tag": "noindex"}
MOST_BYTES_OF_A_FORM, MOST_FIELDS_OF_A_FORM = 16 * 1024, 8
UNREADABLE = "We could not read the form. Please go back and try again."


def look(request: Request) -> LinkedFilm | None:
    """None for what was never a link, or whose film is gone. Blocks: not for the event loop."""
    try:
        visitor_id = accounts.authenticate(token_from(request.headers.get("cookie", "")))
    except NotSignedIn:
        visitor_id = None
    token, proof = request.path_params["token"], request.cookies.get(UNLOCKED_COOKIE, "")
    with get_database().reading() as session:
        try:
            return look_up(session, token, visitor_id, proof)
        except NotFound:
            return None


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form of ours. Raises BadInput for what none of them sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES_OF_A_FORM:
            raise BadInput(UNREADABLE)
    try:
        text = body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS_OF_A_FORM))
    except ValueError:  # UnicodeDecodeError is one too.
        raise BadInput(UNREADABLE) from None


def page_address(request: Request) -> str:
    return f"{WATCH}{request.path_params['token']}"


def remember(response: Response, name: str, value: str, shown: LinkedFilm, seconds: int) -> None:
    """A cookie for the pages of this link alone."""
    secure = get_settings().public_url.startswith("https://")
    response.set_cookie(
        name, value, max_age=seconds, path=f"{WATCH}{shown.token}", httponly=True, secure=secure,
        samesite="lax",
    )  # fmt: skip


def headers_of(shown: LinkedFilm) -> dict[str, str]:
    return PRIVATE if shown.may_be_indexed else PRIVATE | UNLISTED


def missing(embedded: bool = False) -> Response:
    return HTMLResponse(page.draw_missing(embedded=embedded), NOT_FOUND, headers=PRIVATE | UNLISTED)
