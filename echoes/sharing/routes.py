"""/watch/<token>: routes of share links. Ranges of the film are storage's business."""

import asyncio
import io
from pathlib import Path

from PIL import Image
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import networks
from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.credits import rewards
from echoes.csrf import client_address, require_same_origin
from echoes.database import get_database
from echoes.errors import NotFound, NotSignedIn
from echoes.models import ShareLink
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import get_settings
from echoes.sharing import page, passwords, view_counting
from echoes.sharing.link_access import LinkAccess, LinkedFilm, look_up
from echoes.sharing.service import EMBED, WATCH
from echoes.storage import get_storage

COOKIE = "echoes_watch"
SMALL_POSTER = 640
SEE_OTHER, TEMPORARY_REDIRECT, UNAVAILABLE = 303, 307, 503
DAY = 24 * 3600
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
UNLISTED = {"X-Robots-Tag": "noindex"}
WRONG = "That is not the password. Please ask the person who sent you the link."


async def watch(request: Request) -> Response:
    return await _page(request, embedded=False)


async def embed(request: Request) -> Response:
    return await _page(request, embedded=True)


async def unlock(request: Request) -> Response:
    """The password of a link. A browser that knew it keeps a proof for a day."""
    require_same_origin(request, "This form was sent from another site. Please open the link again.")
    shown = await asyncio.to_thread(_look, request)
    if shown is None or shown.access != LinkAccess.LOCKED:
        return RedirectResponse(f"{WATCH}{request.path_params['token']}", SEE_OTHER)
    async with request.form(max_files=0, max_fields=2) as form:
        password = str(form.get("password", ""))
    if not await asyncio.to_thread(_fits, shown, password):
        return HTMLResponse(page.draw(shown, problem=WRONG), 403, headers=_headers(shown))
    response = RedirectResponse(f"{WATCH}{shown.token}", SEE_OTHER)
    secure = get_settings().public_url.startswith("https://")
    response.set_cookie(
        COOKIE, shown.proof, max_age=DAY, path=f"{WATCH}{shown.token}", httponly=True, secure=secure,
        samesite="lax",
    )  # fmt: skip
    return response


async def unlocked(request: Request) -> Response:
    """For whoever opens the address of the form again: a new tab, a browser that restores its pages."""
    return RedirectResponse(f"{WATCH}{request.path_params['token']}", SEE_OTHER)


async def film(request: Request) -> Response:
    """To the film's signed address, which answers ranges and expires."""
    shown = await asyncio.to_thread(_look, request)
    if shown is None or shown.access != LinkAccess.OPEN:
        return _missing()
    if shown.is_damaged:
        return HTMLResponse(page.draw(shown), UNAVAILABLE, headers=_headers(shown))
    if request.method == "HEAD":  # A signed address answers GET alone where files lie in a bucket.
        size = shown.film_bytes or await asyncio.to_thread(get_storage().size, shown.film_key)
        facts = {"Content-Length": str(size), "Accept-Ranges": "bytes"}
        return Response(headers=_headers(shown) | facts, media_type="video/mp4")
    address = get_storage().url(shown.film_key, size_bytes=shown.film_bytes)
    return RedirectResponse(address, TEMPORARY_REDIRECT, headers=_headers(shown))


async def poster(request: Request) -> Response:
    """For the cards of messengers."""
    return await _poster(request, page.CARD_LONGEST)


async def small_poster(request: Request) -> Response:
    """Light enough for a telephone far from town."""
    return await _poster(request, SMALL_POSTER)


async def _page(request: Request, *, embedded: bool) -> Response:
    shown = await asyncio.to_thread(_look, request)
    if shown is None:
        return _missing(embedded)
    task, is_visit = None, request.method == "GET" and view_counting.is_person(request.headers)
    if shown.is_owner:
        task = BackgroundTask(asyncio.to_thread, networks.remember, shown.owner_id, client_address(request))
    elif shown.access == LinkAccess.OPEN and is_visit and not shown.is_damaged:
        task = BackgroundTask(asyncio.to_thread, _count, request, shown, embedded)
    is_damaged = shown.access == LinkAccess.OPEN and shown.is_damaged
    status = UNAVAILABLE if is_damaged else page.STATUS[shown.access]
    return HTMLResponse(page.draw(shown, embedded=embedded), status, headers=_headers(shown), background=task)


async def _poster(request: Request, longest: int) -> Response:
    shown = await asyncio.to_thread(_look, request)
    if shown is None or shown.access != LinkAccess.OPEN or not shown.poster_key:
        return _missing()
    picture = await asyncio.to_thread(_picture, shown.poster_key, longest)
    headers = _headers(shown) | {"Cache-Control": "private, max-age=3600"}
    return Response(picture, media_type="image/jpeg", headers=headers)


def _look(request: Request) -> LinkedFilm | None:
    try:
        visitor_id = accounts.authenticate(token_from(request.headers.get("cookie", "")))
    except NotSignedIn:
        visitor_id = None
    with get_database().reading() as session:
        try:
            return look_up(session, request.path_params["token"], visitor_id, request.cookies.get(COOKIE, ""))
        except NotFound:
            return None


def _fits(shown: LinkedFilm, password: str) -> bool:
    with get_database().reading() as session:
        link = session.get(ShareLink, shown.link_id)
        return bool(link and link.password_hash and passwords.fits(password, link.password_hash))


def _count(request: Request, shown: LinkedFilm, embedded: bool) -> None:
    """In a frame of another site a browser does not say who is signed in, so that owners who look at their
    own film there are strangers: they count, and earn nothing by it."""
    agent, address, jar = request.headers.get("user-agent", ""), client_address(request), request.cookies
    with get_database().unscoped() as session:
        view_counting.count(session, shown, address, agent)
        if not embedded and not view_counting.is_owners(session, shown, address, jar):
            rewards.on_foreign_view(session, shown.video_id)


def _picture(key: str, longest: int) -> bytes:
    with get_storage().local_path(key) as path:
        return _smaller(path, longest)


def _smaller(path: Path, longest: int) -> bytes:
    written = io.BytesIO()
    with Image.open(path, formats=["JPEG"]) as picture:
        picture.thumbnail((longest, longest))
        picture.save(written, "JPEG", quality=72, optimize=True, progressive=True)
    return written.getvalue()


def _headers(shown: LinkedFilm) -> dict[str, str]:
    return PRIVATE if shown.may_be_indexed else PRIVATE | UNLISTED


def _missing(embedded: bool = False) -> Response:
    return HTMLResponse(page.draw_missing(embedded=embedded), 404, headers=PRIVATE | UNLISTED)


PASSWORD = rate_limited(lambda limits: limits.password)

routes = [
    Route(WATCH + "{token}", watch, methods=["GET"]),
    Route(WATCH + "{token}/unlock", unlock, methods=["POST"], middleware=PASSWORD),
    Route(WATCH + "{token}/unlock", unlocked, methods=["GET"]),
    Route(WATCH + "{token}/film.mp4", film, methods=["GET"]),
    Route(WATCH + "{token}/poster.jpg", poster, methods=["GET"]),
    Route(WATCH + "{token}/poster-small.jpg", small_poster, methods=["GET"]),
    Route(EMBED + "{token}", embed, methods=["GET"]),
]
