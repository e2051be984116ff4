"""Ask for a mail, in the transaction of what it tells about."""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, select

from echoes.database import UserSession
from echoes.errors import BadInput
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.mail.addresses import clean_address
from echoes.mail.messages import LIFETIMES, USUAL_LIFETIME, Content
from echoes.models import AuthSession, Mail, MailKind, MailStatus, Role, User, now
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on

AWAY = timedelta(minutes=6)
"""An open tab notes every five minutes that its session is in use."""

logger = logging.getLogger(__name__)


def request(
    session: orm.Session,
    kind: MailKind,
    address: str,
    content: Content,
    *,
    once: str,
    owner_id: UUID | None = None,
    is_wanted: bool = True,
) -> Mail | None:
    """None where there is no mail, or where it was asked for before: `once` says what it is about. One
    that is not wanted takes the same time, and is never sent. Raises BadInput for an address that is none."""
    if not is_mail_on(get_settings()):
        return None
    mail = Mail(
        owner_id=session.user_id if isinstance(session, UserSession) else owner_id,
        kind=kind,
        address=clean_address(address),
        content=content.to_json() if is_wanted else {},
        once=f"{kind}:{once}",
        expires_at=now() + LIFETIMES.get(kind, USUAL_LIFETIME),
    )
    if not is_wanted:
        mail.status, mail.ended_at = MailStatus.DROPPED, now()
    if not _add(session, mail):
        return None
    enqueue(session, JobName.SEND_MAIL, mail.id, owner_id=mail.owner_id)
    return mail


def tell_person(session: Session, user_id: UUID, kind: MailKind, content: Content, *, once: str) -> None:
    """Whoever has no address is not told, nor whose address is none. For an unscoped session."""
    user = session.get(User, user_id)
    if user is None or not user.email or user.suspended_at is not None:
        return
    try:
        request(session, kind, user.email, content, once=f"{once}:{user_id}", owner_id=user_id)
    except BadInput:
        logger.warning("a mail (%s) was not asked for: the sign-in service's address is none", kind)


def tell_operators(session: Session, kind: MailKind, content: Content, *, once: str) -> None:
    """Each operator who has an address, once."""
    operators = select(User.id).where(col(User.role) == Role.OPERATOR, col(User.email).is_not(None))
    for user_id in session.exec(operators).all():
        tell_person(session, user_id, kind, content, once=once)


def is_away(session: Session, user_id: UUID) -> bool:
    """Whether no tab of theirs is open: whoever is there sees the news on the page."""
    recent = (col(AuthSession.user_id) == user_id) & (col(AuthSession.seen_at) > now() - AWAY)
    return session.exec(select(AuthSession.id).where(recent)).first() is None


def erase(session: Session, user_id: UUID) -> None:
    """Of somebody whose account goes: their address is in it. Links to sign in have no owner."""
    session.exec(delete(Mail).where(col(Mail.owner_id) == user_id))
    if address := session.exec(select(User.email).where(col(User.id) == user_id)).one_or_none():
        session.exec(delete(Mail).where(func.lower(col(Mail.address)) == address.lower()))


def _add(session: orm.Session, mail: Mail) -> bool:
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:
        return False
    return True
