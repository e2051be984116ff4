"""The whole data model on one page.

Ids are UUIDv7, times are UTC, lengths of clips and films are whole frames at `compiler`'s 24 per second.
A class that derives from Owned belongs to one user, and `database.ownership` guards it.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid6 import uuid7


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> UUID:
    """Time-ordered, and a plain UUID: drivers do not know the subclass that uuid6 returns."""
    return UUID(int=uuid7().int)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """SQLite forgets the time zone: what comes back is UTC again."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def stored(kind: type[StrEnum]) -> Any:
    """An enumeration as its plain value, without a database type that every new value would have to alter."""
    return sa.Enum(
        kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members]
    )


SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Role(StrEnum):
    MEMBER = "member"
    OPERATOR = "operator"


class Aspect(StrEnum):
    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"


class UploadKind(StrEnum):
    PHOTO = "photo"
    MUSIC = "music"


class JobStatus(StrEnum):
    """Of takes and videos. The last three are final: a row never leaves them."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)


class Row(SQLModel):
    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Owned(Row):
    """Somebody's: a session of another user neither sees nor changes it."""

    owner_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)


class User(Row, table=True):
    __tablename__ = "users"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    issuer: str
    subject: str
    name: str
    role: Role = Field(default=Role.MEMBER, sa_type=stored(Role))
    revision: int = 0
    """Grows with every change of what this user sees outside one project; open tabs watch it."""


class AuthSession(Row, table=True):
    __tablename__ = "auth_sessions"

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    user_agent: str = ""


class MusicTrack(Row, table=True):
    """A bundled track belongs to nobody (owner_id is null) and everybody may use it."""

    __tablename__ = "music_tracks"

    owner_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    slug: str | None = Field(default=None, unique=True)
    title: str
    mood: str = ""
    duration: float
    size_bytes: int
    audio_key: str
    media_type: str


class Project(Owned, table=True):
    __tablename__ = "projects"

    title: str
    aspect: Aspect = Field(default=Aspect.WIDE, sa_type=stored(Aspect))
    transition: str = "crossfade"
    transition_seconds: float = 0.5
    music_id: UUID | None = Field(default=None, foreign_key="music_tracks.id", ondelete="SET NULL")
    music_volume: float = 0.8
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    revision: int = 0
    """Grows with every change inside the project; open tabs watch it."""


class Upload(Owned, table=True):
    """A file on its way in, resumable; its bytes lie in the incoming folder until it is whole."""

    __tablename__ = "uploads"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    kind: UploadKind = Field(sa_type=stored(UploadKind))
    filename: str
    size_bytes: int


class Photo(Owned, table=True):
    __tablename__ = "photos"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    filename: str
    width: int
    height: int
    size_bytes: int
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    master_key: str
    thumbnail_key: str


class Clip(Owned, table=True):
    """A photo's place in the film."""

    __tablename__ = "clips"
    __table_args__ = (sa.UniqueConstraint("photo_id"),)

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    photo_id: UUID = Field(foreign_key="photos.id", ondelete="CASCADE")
    position: int
    approved_take_id: UUID | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.Uuid, sa.ForeignKey("takes.id", use_alter=True, ondelete="SET NULL"), nullable=True
        ),
    )


class Take(Owned, table=True):
    """One generation of a clip. The row, not the engine's workflow, is the truth about it."""

    __tablename__ = "takes"

    clip_id: UUID = Field(foreign_key="clips.id", ondelete="CASCADE", index=True)
    provider: str
    model: str
    motion: str
    aspect: Aspect = Field(sa_type=stored(Aspect))
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=stored(JobStatus), index=True)
    progress: float = 0.0
    provider_job_id: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure_kind: str | None = None
    failure: str | None = None
    video_key: str | None = None
    poster_key: str | None = None
    size_bytes: int | None = None
    frames: int | None = None
    profile_version: int | None = None


class Video(Owned, table=True):
    """A film: an immutable timeline, and what became of compiling it."""

    __tablename__ = "videos"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    title: str
    timeline: dict[str, Any] = Field(sa_type=sa.JSON)
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=stored(JobStatus), index=True)
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


class JobEvent(Owned, table=True):
    """What an operator reads when a take or a film failed."""

    __tablename__ = "job_events"

    subject_id: UUID = Field(index=True)
    level: str = "info"
    message: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class WorkerLease(SQLModel, table=True):
    """A worker process that says it lives, by the database's clock. Jobs of one that stopped saying so are
    given to others."""

    __tablename__ = "worker_leases"

    executor_id: str = Field(primary_key=True)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
