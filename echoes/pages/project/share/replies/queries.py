"""Queries of replies: how many a film has, and what they say."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from echoes.database import UserSession
from echoes.models import ShareReply, now
from echoes.sharing.replies import owner
from echoes.sharing.replies.owner import ReplyCounts
from echoes.text import formatting

NAMELESS = "A viewer"


@dataclass(frozen=True)
class ReplyViewModel:
    id: str
    who: str
    words: str
    """Empty for a heart."""
    when: str
    is_new: bool
    is_hidden: bool
    is_reported: bool


@dataclass(frozen=True)
class ReplySheetViewModel:
    shown: list[ReplyViewModel]
    hidden: list[ReplyViewModel]
    hearts: str
    """How many, in words; they have no names."""


def read_replies(session: UserSession, video_id: UUID) -> ReplySheetViewModel:
    return _sheet(owner.list_replies(session, video_id))


def open_replies(session: UserSession, video_id: UUID) -> ReplySheetViewModel:
    """What is new is shown as new this once."""
    replies = owner.list_replies(session, video_id)
    sheet = _sheet(replies)
    owner.mark_seen(session, video_id, replies)
    return sheet


def _sheet(replies: list[ShareReply]) -> ReplySheetViewModel:
    hearts = sum(1 for reply in replies if not reply.words)
    sentences = [_view(reply) for reply in replies if reply.words]
    return ReplySheetViewModel(
        shown=[reply for reply in sentences if not reply.is_hidden],
        hidden=[reply for reply in sentences if reply.is_hidden],
        hearts=formatting.pluralize(hearts, "heart") if hearts else "",
    )


def labels_by_film(session: UserSession, video_ids: Iterable[UUID]) -> dict[UUID, str]:
    """“2 new replies” or “3 replies”, for films that have any."""
    counts = owner.counts_by_film(session, video_ids)
    return {video_id: _label(count) for video_id, count in counts.items()}


def _label(count: ReplyCounts) -> str:
    if count.new:
        return formatting.pluralize(count.new, "new reply", "new replies")
    return formatting.pluralize(count.total, "reply", "replies")


def _view(reply: ShareReply) -> ReplyViewModel:
    return ReplyViewModel(
        id=str(reply.id),
        who=reply.name or NAMELESS,
        words=reply.words,
        when=formatting.time_ago(reply.created_at, now()),
        is_new=reply.seen_at is None,
        is_hidden=reply.hidden_at is not None,
        is_reported=reply.reported_at is not None,
    )
