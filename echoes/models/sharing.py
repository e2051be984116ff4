"""Share links, their views and replies."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned, UtcDateTime, new_token


class ShareLink(Owned, table=True):
    __tablename__ = "share_links"

    video_id: UUID = Field(foreign_key="videos.id", ondelete="CASCADE", index=True)
    token: str = Field(default_factory=new_token, unique=True)
    title: str = ""
    note: str = ""
    sender: str | None = None
    """Whom it is from, as its owner wrote it: empty for nobody named, none for not asked yet."""
    names_owner: bool = False
    """Whether links from before `sender` say who made the film; the release before reads it of new ones."""
    poster_take_id: UUID | None = Field(default=None, foreign_key="takes.id", ondelete="SET NULL")
    """The clip whose first picture stands for the film; none for the film's own poster."""
    can_save: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    """Whether the page offers the file."""
    can_reply: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    may_be_indexed: bool = False
    password_hash: str | None = None
    opens_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    views: int = 0


class ShareView(Owned, table=True):
    """One visitor on one day, known by a hash that nobody can go back from."""

    __tablename__ = "share_views"
    __table_args__ = (sa.UniqueConstraint("link_id", "day", "visitor"),)

    link_id: UUID = Field(foreign_key="share_links.id", ondelete="CASCADE")
    day: str
    visitor: str


class ShareReply(Owned, table=True):
    """A heart (without words) or a sentence that a viewer of a link left for its owner."""

    __tablename__ = "share_replies"
    __table_args__ = (
        sa.UniqueConstraint("link_id", "visitor", "words"),
        sa.Index("ix_share_replies_reported_at", "reported_at", "id"),
    )

    link_id: UUID = Field(foreign_key="share_links.id", ondelete="CASCADE")
    visitor: str
    """A digest of what the viewer's browser keeps for this link alone."""
    name: str = ""
    words: str = ""
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hidden_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
