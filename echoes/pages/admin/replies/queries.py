"""Queries of the page of reported replies."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from echoes.admin import replies


@dataclass(frozen=True)
class ReportedReply:
    id: str
    when: str
    written_by: str
    words: str
    reader: str
    """Whose film it is, and who reported it."""
    reader_id: str


def reported_replies(
    session: Session, limit: int, before: UUID | None = None
) -> tuple[list[ReportedReply], bool]:
    """And whether there are more."""
    found = replies.reported(session, before, limit + 1)
    lines = [
        ReportedReply(
            id=str(reply.id),
            when=f"{reply.created_at:%-d %b %Y, %H:%M}",
            written_by=reply.name or "no name",
            words=reply.words or "♥",
            reader=reader.name,
            reader_id=str(reader.id),
        )
        for reply, reader in found[:limit]
    ]
    return lines, len(found) > limit
