"""Sign-in links: single-use, expiring, sent by e-mail or made by an operator.

The token is the row's id, signed: who reads the database, or a copy of it, cannot make one.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from itsdangerous import BadSignature
from sqlmodel import Session, col, delete, func, select, update

from echoes.accounts.passkeys.challenges import hash_of
from echoes.accounts.redirects import SignInFailed
from echoes.database import get_database
from echoes.models import SignInLink, SignInLinkKind, User, now
from echoes.settings import get_settings, id_in, signed_id

PATH = "/auth/link"
LIFETIMES = {
    SignInLinkKind.EMAIL: timedelta(minutes=15),
    SignInLinkKind.CONFIRM: timedelta(days=1),
    SignInLinkKind.RECOVERY: timedelta(days=1),
}
KEPT = timedelta(days=7)
"""After its end, so that a late click reads a sentence."""


def make(session: Session, kind: SignInLinkKind, user_id: UUID | None = None, **facts: Any) -> SignInLink:
    """A new one; what ended long ago goes. Of recovery links only the newest works."""
    forget_old(session)
    if kind == SignInLinkKind.RECOVERY:
        earlier = update(SignInLink).where(
            col(SignInLink.user_id) == user_id,
            col(SignInLink.kind) == kind,
            col(SignInLink.used_at).is_(None),
        )
        session.exec(earlier.values(expires_at=now()))
    link = SignInLink(kind=kind, user_id=user_id, expires_at=now() + LIFETIMES[kind], **facts)
    session.add(link)
    session.flush()
    return link


def forget_old(session: Session) -> None:
    session.exec(delete(SignInLink).where(col(SignInLink.expires_at) <= now() - KEPT))


def erase(session: Session, user_id: UUID) -> None:
    """Of somebody whose account goes: those that were asked for by their address alone."""
    if address := session.exec(select(User.email).where(col(User.id) == user_id)).one_or_none():
        session.exec(delete(SignInLink).where(func.lower(col(SignInLink.email)) == address.lower()))


def address_of(link_id: UUID) -> str:
    return f"{get_settings().public_url.rstrip('/')}{PATH}/{signed_id(link_id.hex, PATH)}"


def peek(token: str) -> SignInLink:
    """Without using it up, for the page that asks: programs that read mail open every link. Raises
    SignInFailed."""
    with get_database().reading() as session:
        link = session.get(SignInLink, _id_in(token))
        if link is None or link.used_at is not None or link.expires_at <= now():
            raise SignInFailed("link")
        session.expunge(link)
        return link


def redeem(session: Session, token: str) -> SignInLink:
    """Used up by one guarded change, for an unscoped session; raises SignInFailed."""
    given = update(SignInLink).where(
        col(SignInLink.id) == _id_in(token),
        col(SignInLink.used_at).is_(None),
        col(SignInLink.expires_at) > now(),
    )
    used = session.exec(given.values(used_at=now()).returning(col(SignInLink.id))).scalar_one_or_none()
    if used is None:
        raise SignInFailed("link")
    return session.get_one(SignInLink, used, populate_existing=True)


def is_same_browser(link: SignInLink, browser: str) -> bool:
    """A hint, not a lock: mail is read on the phone, too."""
    return not link.browser_hash or link.browser_hash == hash_of(browser.encode("utf-8", "surrogatepass"))


def person_of(session: Session, link: SignInLink) -> User | None:
    return session.get(User, link.user_id) if link.user_id else None


def _is_open() -> sa.ColumnElement[bool]:
    return col(SignInLink.used_at).is_(None) & (col(SignInLink.expires_at) > now())


def _id_in(token: str) -> UUID:
    try:
        return UUID(id_in(token, PATH))
    except (BadSignature, ValueError, TypeError, AttributeError):
        raise SignInFailed("link") from None
