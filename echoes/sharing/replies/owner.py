"""Replies as the owner of a film reads and moderates them: hide, delete, report."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, func, select, update

from echoes.database import UserSession
from echoes.database.revisions import touch_progress, touch_user
from echoes.errors import NotFound
from echoes.models import ShareLink, ShareReply, Video, now

_NEW = col(ShareReply.seen_at).is_(None) & col(ShareReply.hidden_at).is_(None)


@dataclass(frozen=True, slots=True)
class ReplyCounts:
    total: int = 0
    new: int = 0


def counts_by_film(session: UserSession, video_ids: Iterable[UUID]) -> dict[UUID, ReplyCounts]:
    """Of all links that a film ever had. What is hidden is not counted."""
    query = (
        select(ShareLink.video_id, func.count(), func.count().filter(_NEW))
        .join(ShareReply, col(ShareReply.link_id) == col(ShareLink.id))
        .where(col(ShareLink.video_id).in_(list(video_ids)), col(ShareReply.hidden_at).is_(None))
        .group_by(col(ShareLink.video_id))
    )
    return {video_id: ReplyCounts(total, new) for video_id, total, new in session.exec(query)}


def new_by_project(session: UserSession) -> dict[UUID, int]:
    query = (
        select(Video.project_id, func.count())
        .join(ShareLink, col(ShareLink.video_id) == col(Video.id))
        .join(ShareReply, col(ShareReply.link_id) == col(ShareLink.id))
        .where(_NEW)
        .group_by(col(Video.project_id))
    )
    return dict(session.exec(query).all())


def count_new(session: UserSession) -> int:
    """Of all their films."""
    return session.exec(select(func.count()).select_from(ShareReply).where(_NEW)).one()


def list_replies(session: UserSession, video_id: UUID) -> list[ShareReply]:
    """Newest first; raises NotFound for a film that is not theirs."""
    if session.get(Video, video_id) is None:
        raise NotFound
    query = select(ShareReply).join(ShareLink, col(ShareLink.id) == col(ShareReply.link_id))
    return list(session.exec(query.where(ShareLink.video_id == video_id).order_by(col(ShareReply.id).desc())))


def mark_seen(session: UserSession, video_id: UUID, replies: Iterable[ShareReply]) -> None:
    """What has come since they were read stays new."""
    ids = [reply.id for reply in replies if reply.seen_at is None]
    if not ids:
        return
    unseen = update(ShareReply).where(col(ShareReply.id).in_(ids))
    session.exec(unseen.values(seen_at=now()).execution_options(synchronize_session=False))
    _tell(session, session.get_one(Video, video_id).project_id)


def hide(session: UserSession, reply_id: UUID, is_hidden: bool) -> None:
    """Out of sight, and back."""
    reply = _get(session, reply_id)
    reply.hidden_at = (reply.hidden_at or now()) if is_hidden else None
    _tell(session, _project_of(session, reply))


def report(session: UserSession, reply_id: UUID) -> None:
    """To the operators. It is hidden at once, and stays until they have looked."""
    reply = _get(session, reply_id)
    reply.reported_at = reply.reported_at or now()
    hide(session, reply_id, is_hidden=True)


def remove(session: UserSession, reply_id: UUID) -> None:
    """For good."""
    reply = _get(session, reply_id)
    project_id = _project_of(session, reply)
    session.delete(reply)
    session.flush()
    _tell(session, project_id)


def _get(session: UserSession, reply_id: UUID) -> ShareReply:
    if (reply := session.get(ShareReply, reply_id)) is None:
        raise NotFound("This reply is no longer there.")
    return reply


def _project_of(session: UserSession, reply: ShareReply) -> UUID:
    link = session.get_one(ShareLink, reply.link_id)
    return session.get_one(Video, link.video_id).project_id


def _tell(session: UserSession, project_id: UUID) -> None:
    touch_progress(session, project_id)
    touch_user(session, session.user_id)
