"""Share links and their views."""

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
    names_owner: bool = False
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
