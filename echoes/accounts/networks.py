"""Network fingerprints: where somebody uses Echoes from, by a hash that changes every day, kept two days.

It serves one purpose: that nobody is rewarded for watching their own film (`sharing.counting`).
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from sqlmodel import Session, col, or_, update
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.accounts import service
from echoes.accounts.cookies import BROWSER, cookie_name, token_from
from echoes.csrf import client_address
from echoes.database import get_database
from echoes.errors import NotSignedIn
from echoes.models import User, now
from echoes.settings import get_settings, signing_key

HASH_LETTERS = 5
"""Too short to be found back to one address, long enough to tell a handful of visitors apart."""
MOST_NETWORKS = 20
"""Of one person in two days: a phone comes by many."""
MARK_LETTERS = 16
MOST_MARKS = 5


class KnownNetworksMiddleware:
    """Notes where the event socket of a tab comes from: once a day for each person and network."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            connection = HTTPConnection(scope)
            if token := token_from(connection.headers.get("cookie", "")):
                await asyncio.to_thread(_note_tab, token, client_address(connection))
        await self._app(scope, receive, send)


def note(session: Session, user_id: UUID, address: str) -> None:
    """For an unscoped session."""
    seen = f"{_today()}:{digest(_today(), address)}"
    user = session.get(User, user_id, with_for_update=True)  # From two networks at once: neither is lost.
    if user is None or seen in (user.networks or "").split():
        return
    fresh = [entry for entry in (user.networks or "").split() if entry.startswith(_days())]
    user.networks = " ".join([*fresh, seen][-MOST_NETWORKS:])


def is_of(user: User, address: str) -> bool:
    """Whether this person used Echoes from there, today or yesterday."""
    here = {f"{day}:{digest(day, address)}" for day in _days()}
    return not here.isdisjoint((user.networks or "").split())


def forget(session: Session) -> None:
    known = [col(User.networks).contains(day) for day in _days()]
    session.exec(update(User).where(col(User.networks).is_not(None), ~or_(*known)).values(networks=None))


def digest(day: str, visitor: str) -> str:
    """Of an address, or of an address and more: another one every day."""
    return hmac.digest(_secret(day), visitor.encode(errors="replace"), hashlib.sha256).hex()[:HASH_LETTERS]


def mark_of(user_id: UUID) -> str:
    """What a browser keeps in which this person signed in, to be known after they signed out. It opens
    nothing, and says nothing to anybody else."""
    key = signing_key(get_settings())
    return hmac.digest(key, f"browser of {user_id}".encode(), hashlib.sha256).hex()[:MARK_LETTERS]


def marks_in(jar: Mapping[str, str]) -> list[str]:
    return jar.get(cookie_name(BROWSER, get_settings()), "").split(".")


def marked(jar: Mapping[str, str], user_id: UUID) -> str:
    """The cookie of this browser, now that this person has signed in too."""
    others = [mark for mark in marks_in(jar) if len(mark) == MARK_LETTERS and mark != mark_of(user_id)]
    return ".".join([mark_of(user_id), *others[: MOST_MARKS - 1]])


def remember(user_id: UUID, address: str) -> None:
    """In a transaction of its own."""
    _note_today(user_id, address, _today())


@lru_cache(maxsize=10_000)
def _note_today(user_id: UUID, address: str, day: str) -> None:
    """Remembered, so that reading a page hardly ever writes."""
    with get_database().unscoped() as session:
        note(session, user_id, address)


def _note_tab(token: str, address: str) -> None:
    try:
        user_id = service.authenticate(token)
    except NotSignedIn:
        return
    remember(user_id, address)


@lru_cache(maxsize=8)
def _secret_by(key: bytes, day: str) -> bytes:
    return hmac.digest(key, f"visitors of {day}".encode(), hashlib.sha256)


def _secret(day: str) -> bytes:
    return _secret_by(signing_key(get_settings()), day)


def _today() -> str:
    return f"{now():%Y-%m-%d}"


def _days() -> tuple[str, ...]:
    return _today(), f"{now() - timedelta(days=1):%Y-%m-%d}"
