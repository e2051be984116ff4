"""Films (rendered videos), compiled from an immutable timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned, UtcDateTime, stored
from echoes.models.jobs import JobStatus


class Video(Owned, table=True):
    """A film: an immutable timeline, and what became of compiling it."""

    __tablename__ = "videos"
    __table_args__ = (
        *(sa.Index(None, column, "id") for column in ("status", "failure_kind")),
        sa.Index("ix_videos_figures", "created_at", "status", "original_id", "size_bytes"),
        sa.UniqueConstraint("original_id", "width", "height"),
    )

    original_id: UUID | None = Field(default=None, foreign_key="videos.id", ondelete="CASCADE")
    """The film that this is in another size: the same timeline, and a part of that film wherever films are
    listed or counted."""
    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    title: str
    timeline: dict[str, Any] = Field(sa_type=sa.JSON)
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=stored(JobStatus))
    progress: float = 0.0
    stage: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_kind: str | None = None
    failure: str | None = None
    film_key: str | None = None
    poster_key: str | None = None
    size_bytes: int | None = None
    frames: int | None = None
    width: int
    height: int
