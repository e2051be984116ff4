"""Authentication and sessions: who is acting, from sign-in to sign-out.

This works before anybody is known, so it reads without an owner's scope; nothing else in here does.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from echoes.accounts.redirects import SIGN_IN_PROBLEMS
from echoes.database import after_commit, get_database
from echoes.errors import NotFound, NotSignedIn
from echoes.models import AuthSession, Role, User, now
from echoes.observability import context
from echoes.settings import Settings, get_settings

TIME_BETWEEN_NOTES = timedelta(minutes=5)
"""Of when a session was used: seldom enough that reading a page hardly ever writes."""


def open_session(
    session: Session, settings: Settings, user_id: UUID, user_agent: str, instead_of: str | None = None
) -> str:
    """A new session's token, told once: the database keeps only its hash. The browser's session before,
    `instead_of`, ends: a token that somebody else may have seen is worth nothing after a sign-in."""
    close_session(session, instead_of, user_id)
    session.exec(delete(AuthSession).where(~is_alive(settings)))
    token = secrets.token_urlsafe(32)
    session.add(
        AuthSession(
            user_id=user_id,
            token_hash=token_hash(token),
            expires_at=now() + timedelta(days=settings.session_days),
            user_agent=user_agent[:200],
        )
    )
    return token


def close_session(session: Session, token: str | None, next_user_id: UUID | None = None) -> None:
    """Open tabs of whoever was signed in leave at once, unless the same person is the next one here."""
    if not token:
        return
    ended = delete(AuthSession).where(col(AuthSession.token_hash) == token_hash(token))
    user_id = session.exec(ended.returning(col(AuthSession.user_id))).scalar_one_or_none()
    if user_id is not None and user_id != next_user_id:
        # By itself, because this transaction may hold the row of somebody else.
        after_commit(session, lambda: _wake_tabs(user_id))


def authenticate(token: str | None) -> UUID:
    """The id of the user whose session this is; raises NotSignedIn, whose `problem` says why."""
    if not token:
        raise NotSignedIn
    query = (
        select(User.id, User.suspended_at, AuthSession.id, AuthSession.seen_at)
        .join(AuthSession, col(AuthSession.user_id) == col(User.id))
        .where(col(AuthSession.token_hash) == token_hash(token), is_alive(get_settings()))
    )
    with get_database().reading() as session:
        found = session.exec(query).one_or_none()
    if found is None:
        raise NotSignedIn(SIGN_IN_PROBLEMS["ended"], problem="ended")
    user_id, suspended_at, session_id, seen_at = found
    if suspended_at is not None:
        raise NotSignedIn(SIGN_IN_PROBLEMS["suspended"], problem="suspended")
    _note_use(session_id, seen_at)
    context.bind(user=context.pseudonym(user_id))
    return user_id


def require_operator(token: str | None) -> UUID:
    """The operator's id; for everybody else there is nothing here."""
    try:
        user_id = authenticate(token)
    except NotSignedIn as error:
        raise NotFound from error
    with get_database().reading() as session:
        role = session.exec(select(User.role).where(col(User.id) == user_id)).one_or_none()
    if role != Role.OPERATOR:
        raise NotFound
    return user_id


def token_hash(token: str) -> str:
    """The token is 256 random bits, so a plain fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_alive(settings: Settings) -> sa.ColumnElement[bool]:
    idle_since = now() - timedelta(days=settings.session_idle_days)
    return (col(AuthSession.expires_at) > now()) & (col(AuthSession.seen_at) > idle_since)


def _wake_tabs(user_id: UUID) -> None:
    with get_database().unscoped() as session:
        own = update(User).where(col(User.id) == user_id)
        session.exec(own.values(revision=col(User.revision) + 1))


def _note_use(session_id: UUID, seen_at: datetime) -> None:
    due = now() - TIME_BETWEEN_NOTES
    if seen_at > due:
        return
    used = update(AuthSession).where(col(AuthSession.id) == session_id, col(AuthSession.seen_at) <= due)
    with get_database().unscoped() as session:
        session.exec(used.values(seen_at=now()))
