"""Who is acting: sign-in, sessions, sign-out.

This works before anybody is known, so it reads without an owner's scope; nothing else in here does.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, select

from echoes.accounts.navigation import SIGN_IN_PROBLEMS
from echoes.credits import rewards
from echoes.database import get_database
from echoes.errors import BadInput, NotSignedIn, Refused
from echoes.models import AuthSession, User, now
from echoes.settings import Settings

LOCAL_ISSUER = "local"
LONGEST_NAME = 60


def sign_in_locally(session: Session, settings: Settings, name: str) -> User:
    """The same name is the same person. Only for local mode: it asks for no proof."""
    if not settings.is_local:
        raise Refused(SIGN_IN_PROBLEMS["closed"])
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(SIGN_IN_PROBLEMS["name"])
    return _find_or_create(session, LOCAL_ISSUER, name.casefold(), name)


def _find_or_create(session: Session, issuer: str, subject: str, name: str) -> User:
    known = select(User).where(col(User.issuer) == issuer, col(User.subject) == subject)
    if user := session.exec(known).one_or_none():
        return user
    user = User(issuer=issuer, subject=subject, name=name)
    session.add(user)
    session.flush()
    rewards.on_sign_up(session, user)
    return user


def open_session(session: Session, settings: Settings, user_id: UUID, user_agent: str) -> str:
    """A new session's token, told once: the database keeps only its hash."""
    token = secrets.token_urlsafe(32)
    session.exec(delete(AuthSession).where(col(AuthSession.expires_at) < now()))
    session.add(
        AuthSession(
            user_id=user_id,
            token_hash=_hash(token),
            expires_at=now() + timedelta(days=settings.session_days),
            user_agent=user_agent[:200],
        )
    )
    return token


def close_session(session: Session, token: str | None) -> None:
    if token:
        session.exec(delete(AuthSession).where(col(AuthSession.token_hash) == _hash(token)))


def authenticate(token: str | None) -> UUID:
    """The id of the user whose session this is; raises NotSignedIn."""
    if not token:
        raise NotSignedIn
    query = select(AuthSession.user_id).where(
        col(AuthSession.token_hash) == _hash(token), col(AuthSession.expires_at) > now()
    )
    with get_database().reading() as session:
        user_id = session.exec(query).one_or_none()
    if user_id is None:
        raise NotSignedIn("Your session has ended. Please sign in again.")
    return user_id


def _hash(token: str) -> str:
    """The token is 256 random bits, so a plain fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
