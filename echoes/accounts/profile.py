"""User profile and sessions: what a person sees and changes of their own account."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select, update

from echoes.accounts.service import is_alive, token_hash
from echoes.accounts.sign_up import clean_name
from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.models import AuthSession, User
from echoes.settings import get_settings

SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"), ("Chrome|CriOS|Chromium", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""The first that fits: most browsers also name those that they are like."""


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A browser in which this person is signed in."""

    id: UUID
    device: str
    seen_at: datetime
    since: datetime
    is_here: bool


def rename(session: UserSession, name: str) -> None:
    _change(session, name=clean_name(name))


def browser_sessions(session: UserSession, token: str | None) -> list[BrowserSession]:
    """This browser first, then the one used last. What ended by itself lies there until the next sign-in."""
    own = select(AuthSession).where(col(AuthSession.user_id) == session.user_id, is_alive(get_settings()))
    here = token_hash(token or "")
    found = [
        BrowserSession(
            row.id, device_of(row.user_agent), row.seen_at, row.created_at, is_here=row.token_hash == here
        )
        for row in session.exec(own)
    ]
    return sorted(found, key=lambda one: (one.is_here, one.seen_at), reverse=True)


def sign_out_one(session: UserSession, session_id: UUID) -> None:
    chosen = delete(AuthSession).where(
        col(AuthSession.id) == session_id, col(AuthSession.user_id) == session.user_id
    )
    if session.exec(chosen).rowcount == 0:
        raise NotFound("This browser has already been signed out.")
    _change(session)


def sign_out_others(session: UserSession, token: str | None) -> None:
    others = delete(AuthSession).where(
        col(AuthSession.user_id) == session.user_id, col(AuthSession.token_hash) != token_hash(token or "")
    )
    session.exec(others)
    _change(session)


def device_of(user_agent: str) -> str:
    """`Firefox on Windows`: enough to know one's own again."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown browser"


def tell_tabs(session: UserSession) -> None:
    """Open tabs of this person look again."""
    _change(session)


def _change(session: UserSession, **values: object) -> None:
    """Open tabs see it, and those that are signed out leave."""
    own = update(User).where(col(User.id) == session.user_id)
    session.exec(own.values(revision=col(User.revision) + 1, **values))
