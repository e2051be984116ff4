"""Moderation of replies to shared films: those that the owners of the films have reported."""

from uuid import UUID

from sqlmodel import Session, col, select

from echoes.admin.audit import Operator, record
from echoes.errors import NotFound
from echoes.models import ShareReply, User


def reported(session: Session, before: UUID | None, limit: int) -> list[tuple[ShareReply, User]]:
    """Newest first, with whom they were written to; paged by key."""
    query = select(ShareReply, User).join(User, col(User.id) == col(ShareReply.owner_id))
    query = query.where(col(ShareReply.reported_at).is_not(None))
    if before is not None:
        query = query.where(col(ShareReply.id) < before)
    return list(session.exec(query.order_by(col(ShareReply.id).desc()).limit(limit)))


def remove(session: Session, operator: Operator, reply_id: UUID) -> None:
    """For good. The audit log keeps that it was done, and not what somebody wrote."""
    reply = _reported(session, reply_id)
    session.delete(reply)
    record(session, operator, "reply removed", reply.owner_id)


def dismiss(session: Session, operator: Operator, reply_id: UUID) -> None:
    """It stays, hidden as its reader left it."""
    reply = _reported(session, reply_id)
    reply.reported_at = None
    record(session, operator, "reply kept", reply.owner_id)


def _reported(session: Session, reply_id: UUID) -> ShareReply:
    reply = session.get(ShareReply, reply_id)
    if reply is None or reply.reported_at is None:
        raise NotFound("This reply is no longer there.")
    return reply
