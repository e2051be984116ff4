"""/watch/<token>: routes of share links. Ranges of the film are storage's business."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from compiler.timeline.versions import is_newer
from echoes.accounts import networks
from echoes.credits import rewards
from echoes.csrf import client_address, require_same_origin
from echoes.database import get_database
from echoes.errors import TooOften
from echoes.models import ShareLink
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.rate_limits.middleware import rate_limited
from echoes.sharing import captions, link_preview, page, passwords, social_image, view_counting
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.replies.routes import browser_of, form_of
from echoes.sharing.replies.routes import routes as reply_routes
from echoes.sharing.service import EMBED, WATCH
from echoes.sharing.visits import (
    SEE_OTHER,
    UNLOCKED_COOKIE,
    headers_of,
    look,
    missing,
    page_address,
    read_form,
    remember,
)
from echoes.storage import get_storage
from echoes.text.file_names import file_name

TEMPORARY_REDIRECT = 307
DAY = 24 * 3600
WRONG = "That is not the password. Please ask the person who sent you the link."


async def watch(request: Request) -> Response:
    return await _page(request, embedded=False)


async def embed(request: Request) -> Response:
    return await _page(request, embedded=True)


async def unlock(request: Request) -> Response:
    """The password of a link. A browser that knew it keeps a proof for a day."""
    require_same_origin(request, "This form was sent from another site. Please open the link again.")
    shown = await asyncio.to_thread(look, request)
    if shown is None or shown.access != LinkAccess.LOCKED:
        return RedirectResponse(page_address(request), SEE_OTHER)
    password = (await read_form(request)).get("password", "")
    try:
        fits = await asyncio.to_thread(_guess, shown, password, client_address(request))
    except TooOften as error:
        headers = headers_of(shown) | error.headers
        return HTMLResponse(page.draw(shown, problem=error.sentence), error.status, headers=headers)
    if not fits:
        return HTMLResponse(page.draw(shown, problem=WRONG), 403, headers=headers_of(shown))
    response = RedirectResponse(page_address(request), SEE_OTHER)
    remember(response, UNLOCKED_COOKIE, shown.proof, shown, DAY)
    return response


async def unlocked(request: Request) -> Response:
    """For whoever opens the address of the form again: a new tab, a browser that restores its pages."""
    return RedirectResponse(page_address(request), SEE_OTHER)


async def film(request: Request) -> Response:
    """To the film's signed address, which answers ranges and expires."""
    shown = await _open(request)
    if shown is None:
        return missing()
    if shown.is_damaged:
        return HTMLResponse(page.draw(shown), page.UNAVAILABLE, headers=headers_of(shown))
    if request.method == "HEAD":  # A signed address answers GET alone where files lie in a bucket.
        size = shown.film_bytes or await asyncio.to_thread(get_storage().size, shown.film_key)
        facts = {"Content-Length": str(size), "Accept-Ranges": "bytes"}
        return Response(headers=headers_of(shown) | facts, media_type="video/mp4")
    address = get_storage().url(shown.film_key, size_bytes=shown.film_bytes)
    return RedirectResponse(address, TEMPORARY_REDIRECT, headers=headers_of(shown))


async def save(request: Request) -> Response:
    """The film as a file, where its owner allows it."""
    shown = await _open(request)
    if shown is None or not shown.can_save or shown.is_damaged:
        return missing()
    name = file_name(shown.title, shown.made_at, ".mp4")
    address = get_storage().url(shown.film_key, size_bytes=shown.film_bytes, download_name=name)
    return RedirectResponse(address, TEMPORARY_REDIRECT, headers=headers_of(shown))


async def subtitles(request: Request) -> Response:
    shown = await _open(request)
    if shown is None or not shown.has_captions or is_newer(shown.timeline):
        return missing()
    return Response(
        captions.webvtt(shown.timeline), media_type=captions.MEDIA_TYPE, headers=headers_of(shown)
    )


async def oembed(request: Request) -> Response:
    shown = await _open(request)
    if shown is None:
        return missing()
    return JSONResponse(link_preview.oembed(shown), headers=headers_of(shown))


async def poster(request: Request) -> Response:
    """For the cards of messengers."""
    return await _picture(
        request, lambda shown: shown.poster_key, social_image.link_preview, social_image.MEDIA_TYPE
    )


async def small_poster(request: Request) -> Response:
    return await _picture(
        request,
        lambda shown: shown.small_poster_key,
        social_image.small_poster,
        social_image.SMALL_MEDIA_TYPE,
    )


async def _page(request: Request, *, embedded: bool) -> Response:
    shown = await asyncio.to_thread(look, request)
    if shown is None:
        return missing(embedded)
    reply = None
    if not embedded:
        reply = await asyncio.to_thread(form_of, shown, browser_of(request))
    text = page.draw(shown, embedded=embedded, reply=reply)
    task = _task(request, shown, embedded)
    return HTMLResponse(text, page.status_of(shown), headers=headers_of(shown), background=task)


def _task(request: Request, shown: LinkedFilm, embedded: bool) -> BackgroundTask | None:
    """After the answer: notes where owners come from, and counts everybody else."""
    if shown.is_owner:
        return BackgroundTask(asyncio.to_thread, networks.remember, shown.owner_id, client_address(request))
    is_visit = request.method == "GET" and view_counting.is_person(request.headers)
    if shown.access == LinkAccess.OPEN and is_visit and not shown.is_damaged:
        return BackgroundTask(asyncio.to_thread, _count, request, shown, embedded)
    return None


async def _open(request: Request) -> LinkedFilm | None:
    """None where nothing of the film may be seen."""
    shown = await asyncio.to_thread(look, request)
    return shown if shown is not None and shown.access == LinkAccess.OPEN else None


async def _picture(
    request: Request, key_of: Callable[[LinkedFilm], str], draw: Callable[[Path], bytes], media_type: str
) -> Response:
    shown = await _open(request)
    if shown is None or not key_of(shown):
        return missing()
    picture = await asyncio.to_thread(_drawn, key_of(shown), draw)
    headers = headers_of(shown) | {"Cache-Control": "private, max-age=3600"}
    return Response(picture, media_type=media_type, headers=headers)


def _drawn(key: str, draw: Callable[[Path], bytes]) -> bytes:
    with get_storage().local_path(key) as path:
        return draw(path)


def _guess(shown: LinkedFilm, password: str, address: str) -> bool:
    """Wrong ones count by link, from this address and from everywhere; whoever knows the password uses up
    nothing. Raises TooOften, whatever the password is: else the answer would tell."""
    limiter = get_rate_limiter()
    ours, everybodys = limiter.limits.wrong_password, limiter.limits.wrong_password_to_one
    counted = ((ours, f"{shown.link_id} {address}"), (everybodys, str(shown.link_id)))
    for limit, who in counted:
        limiter.check(limit, who)
    if _fits(shown, password):
        return True
    for limit, who in counted:
        limiter.count(limit, who)
    return False


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


PASSWORD = rate_limited(lambda limits: limits.password)

routes = [
    Route(WATCH + "{token}", watch, methods=["GET"]),
    Route(WATCH + "{token}/unlock", unlock, methods=["POST"], middleware=PASSWORD),
    Route(WATCH + "{token}/unlock", unlocked, methods=["GET"]),
    Route(WATCH + "{token}/film.mp4", film, methods=["GET"]),
    Route(WATCH + "{token}/save", save, methods=["GET"]),
    Route(WATCH + "{token}/captions.vtt", subtitles, methods=["GET"]),
    Route(WATCH + "{token}/oembed.json", oembed, methods=["GET"]),
    Route(WATCH + "{token}/poster.jpg", poster, methods=["GET"]),
    Route(WATCH + "{token}/poster-small.webp", small_poster, methods=["GET"]),
    Route(EMBED + "{token}", embed, methods=["GET"]),
    *reply_routes,
]
