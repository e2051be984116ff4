"""/share/<link>/card-a6.pdf and card-a4.pdf: the printed card of a link, for its owner alone."""

import asyncio
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.database import UserSession, get_database
from echoes.errors import NotFound
from echoes.models import ShareLink, Take, Video
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.sharing import service
from echoes.sharing.printed_card.content import CardContent
from echoes.storage import get_storage
from echoes.text.file_names import attachment, file_name

CARDS = "/share/"
KINDS = ("a6", "a4")


def card_address(link: ShareLink, kind: str) -> str:
    return f"{CARDS}{link.id}/card-{kind}.pdf"


async def card(request: Request) -> Response:
    """Raises NotSignedIn, NotFound and TooOften."""
    return await asyncio.to_thread(_card, request)


def _card(request: Request) -> Response:
    user_id = accounts.authenticate(token_from(request.headers.get("cookie", "")))
    limiter = get_rate_limiter()
    limiter.count(limiter.limits.printed_card, str(user_id))
    with get_database().reading_as(user_id) as session:
        content = read_content(session, _link_id(request))
    kind = request.url.path.rpartition("-")[2].removesuffix(".pdf")
    name = file_name(content.title, content.made_at, f" {kind.upper()}.pdf")
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "private, no-store"}
    return Response(_pdf(kind, content), media_type="application/pdf", headers=headers)


def _pdf(kind: str, content: CardContent) -> bytes:
    from echoes.sharing.printed_card.card import a4_folding_card, a6_card  # Too slow for a server's start.

    return a6_card(content) if kind == "a6" else a4_folding_card(content)


def read_content(session: UserSession, link_id: UUID) -> CardContent:
    """Raises NotFound for a link that is not theirs, or that is turned off: a card would lead nowhere."""
    link = session.get(ShareLink, link_id)
    if link is None or link.revoked_at:
        raise NotFound
    video = session.get_one(Video, link.video_id)
    take = session.get(Take, link.poster_take_id) if link.poster_take_id else None
    key = (take.poster_key if take else None) or video.poster_key
    return CardContent(
        address=service.address(link),
        title=link.title or video.title,
        sender=service.sender_of(link, session.user.name),
        note=link.note,
        made_at=video.ended_at or video.created_at,
        opens_at=link.opens_at,
        has_password=link.password_hash is not None,
        poster=_poster(key) if key else b"",
    )


def _poster(key: str) -> bytes:
    with get_storage().open(key) as file:
        return file.read()


def _link_id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["link_id"])
    except ValueError:
        raise NotFound from None


routes = [Route(f"{CARDS}{{link_id}}/card-{kind}.pdf", card, methods=["GET"]) for kind in KINDS]
