"""Clips and their takes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.catalogue.aspects import Aspect
from echoes.models.base import Owned, UtcDateTime, stored
from echoes.models.framing import Framed
from echoes.models.jobs import JobStatus


class Clip(Owned, table=True):
    """A photo's place in the film."""

    __tablename__ = "clips"
    __table_args__ = (
        sa.Index(
            "uq_clips_photo_id",
            "photo_id",
            unique=True,
            sqlite_where=sa.text("copy_of_id IS NULL"),
            postgresql_where=sa.text("copy_of_id IS NULL"),
        ),
    )

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    photo_id: UUID = Field(foreign_key="photos.id", ondelete="CASCADE")
    position: int
    approved_take_id: UUID | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.Uuid, sa.ForeignKey("takes.id", use_alter=True, ondelete="SET NULL"), nullable=True
        ),
    )
    copy_of_id: UUID | None = Field(default=None, foreign_key="clips.id", ondelete="CASCADE", index=True)
    """The clip that this is shown again from, at another place of the film: takes belong to that one."""
    caption: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    trim_start: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The first frame of the take that is shown."""
    trim_end: int | None = None
    """The frame before which it ends; none for the take's own end."""
    has_sound: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the take's own sound is heard, where it has one."""
    sound_volume: float = Field(default=1.0, sa_column_kwargs={"server_default": "1"})
    transition: str | None = None
    """Into the next clip of the film; none for the project's."""
    transition_seconds: float | None = None


WITHOUT_SMALL_POSTER = sa.text("poster_key IS NOT NULL AND small_poster_key IS NULL")
WITHOUT_PREVIEW = sa.text("video_key IS NOT NULL AND preview_key IS NULL")
WITHOUT_LEVELS = sa.text(
    "audio_key IS NOT NULL AND (audio_moments IS NULL OR CAST(audio_moments AS VARCHAR) = 'null')"
)
"""With sound that has not been measured. A value that is None is stored as JSON's null."""


class Take(Owned, Framed, table=True):
    """One generation of a clip. The row, not the engine's workflow, is the truth about it."""

    __tablename__ = "takes"
    __table_args__ = (
        *(sa.Index(None, column, "id") for column in ("owner_id", "status", "provider", "failure_kind")),
        sa.Index(
            "ix_takes_without_small_poster",
            "id",
            sqlite_where=WITHOUT_SMALL_POSTER,
            postgresql_where=WITHOUT_SMALL_POSTER,
        ),
        sa.Index(
            "ix_takes_without_preview",
            "id",
            sqlite_where=WITHOUT_PREVIEW,
            postgresql_where=WITHOUT_PREVIEW,
        ),
        sa.Index(
            "ix_takes_without_levels",
            "id",
            sqlite_where=WITHOUT_LEVELS,
            postgresql_where=WITHOUT_LEVELS,
        ),
        sa.Index("ix_takes_figures", "created_at", "status", "provider", "failure_kind", "size_bytes"),
    )

    owner_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    clip_id: UUID = Field(foreign_key="clips.id", ondelete="CASCADE", index=True)
    provider: str
    model: str
    motion: str
    aspect: Aspect = Field(sa_type=stored(Aspect))
    wish: str = ""
    """What the person wrote instead of choosing a motion."""
    prompt: str | None = None
    """As it was sent, after the operator's framing."""
    price: int = 0
    """In credits, as it was when the take was asked for."""
    rotation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The photo's when this was made of it; another one than the photo has now means an outdated take."""
    seconds: float | None = None
    """How long it was asked to be; none for the usual length."""
    place_id: UUID | None = None
    """The clip of the film that shows it as soon as it is ready, in place of what it shows until then."""
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=stored(JobStatus))
    stage: str = ""
    progress: float = 0.0
    queue_position: int | None = None
    held_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it waits for an operator, because of what providers may cost; no job works on it."""
    provider_job_id: str | None = None
    provider_cost: float | None = None
    """In the provider's own credits, of all its jobs for this take."""
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_kind: str | None = None
    failure: str | None = None
    raw_key: str | None = None
    """What the provider delivered, until it is conformed."""
    video_key: str | None = None
    poster_key: str | None = None
    small_poster_key: str | None = None
    """What pages show; takes from before it was made get theirs by housekeeping (`takes.posters`)."""
    preview_key: str | None = None
    """The preview rendition, for players on slow lines; the clip itself where none can be made
    (`takes.previews`)."""
    audio_key: str | None = None
    audio_loudness: float | None = None
    """Of its own sound, in LUFS, integrated."""
    audio_moments: list[int] | None = Field(default=None, sa_type=sa.JSON)
    """Levels of its own sound in decibels, of each fiftieth of a second; None where they are not known."""
    size_bytes: int | None = None
    frames: int | None = None
    profile_version: int | None = None
