"""Films (rendered videos), compiled from an immutable timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned, UtcDateTime, stored
from echoes.models.jobs import JobStatus

WITHOUT_SMALL_POSTER = sa.text("poster_key IS NOT NULL AND small_poster_key IS NULL")


class Video(Owned, table=True):
    """A film: an immutable timeline, and what became of compiling it."""

    __tablename__ = "videos"
    __table_args__ = (
        *(sa.Index(None, column, "id") for column in ("status", "failure_kind")),
        sa.Index("ix_videos_figures", "created_at", "status", "original_id", "size_bytes"),
        sa.Index(
            "ix_videos_without_small_poster",
            "id",
            sqlite_where=WITHOUT_SMALL_POSTER,
            postgresql_where=WITHOUT_SMALL_POSTER,
        ),
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
    small_poster_key: str | None = None
    """What pages show; films from before it was made get theirs by housekeeping (`takes.posters`)."""
    size_bytes: int | None = None
    frames: int | None = None
    provenance: list[dict[str, Any]] | None = Field(default=None, sa_type=sa.JSON)
    """Of each shot, who made its movement, as the file's Content Credentials say; none for a film from before
    there were any."""
    width: int
    height: int
