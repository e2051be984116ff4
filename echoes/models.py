"""The whole data model on one page.

Ids are UUIDv7, times are UTC, lengths of clips and films are whole frames at `compiler`'s 24 per second.
A class that derives from Owned or Kept belongs to one user, and `database.ownership` guards it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from echoes.rows import Kept, Owned, Row, UtcDateTime, new_code, new_id, new_token, now, stored

__all__ = ["Kept", "Owned", "Row", "new_id", "now"]


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


class EntryKind(StrEnum):
    PURCHASE = "purchase"
    REFERRAL = "referral"
    SHARE = "share"
    GENERATION = "generation"
    REFUND = "refund"
    GRANT = "grant"
    REVERSAL = "reversal"


class OrderState(StrEnum):
    """Pending until the payment service has spoken. Money that came back is in `returned_cents`."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class ReturnKind(StrEnum):
    """How money of a payment goes back. A charge says how much went back by all its refunds together."""

    REFUND = "refund"
    DISPUTE = "dispute"
    CHARGE = "charge"


class User(Row, table=True):
    __tablename__ = "users"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.CheckConstraint("balance >= 0", "balance"),
        sa.CheckConstraint("debt >= 0", "debt"),
    )

    issuer: str
    subject: str
    name: str
    role: Role = Field(default=Role.MEMBER, sa_type=stored(Role))
    revision: int = 0
    """Grows with every change of what this user sees outside one project; open tabs watch it."""
    email: str | None = Field(default=None, index=True)
    picture_url: str | None = None
    balance: int = 0
    """Kept by the transaction that writes the entry; the sum of the entries plus `debt`, never negative."""
    debt: int = 0
    """Credits that were spent and then clawed back; new credits pay it first."""
    referral_code: str = Field(default_factory=new_code, unique=True)
    referred_by_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deletes_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When the grace period of a deletion that was asked for is over."""


class AuthSession(Row, table=True):
    __tablename__ = "auth_sessions"

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """The absolute end; a session that nobody used for days ends before."""
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
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
    position: int = 0
    is_hidden: bool = False
    licence: str = ""
    loudness: float | None = None
    """LUFS, integrated."""
    beats: list[float] | None = Field(default=None, sa_type=sa.JSON)


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
    is_truncated: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the file lacked its last lines."""
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
    __table_args__ = (
        *(sa.Index(None, column, "id") for column in ("owner_id", "status", "provider", "failure_kind")),
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
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=stored(JobStatus))
    stage: str = ""
    progress: float = 0.0
    queue_position: int | None = None
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
    audio_key: str | None = None
    size_bytes: int | None = None
    frames: int | None = None
    profile_version: int | None = None


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


class JobEvent(Owned, table=True):
    """What an operator reads when a take or a film failed."""

    __tablename__ = "job_events"

    subject_id: UUID = Field(index=True)
    level: str = "info"
    message: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class CreditEntry(Kept, table=True):
    """One line of the ledger: written once, never changed. `credits.ledger` is the only way here."""

    __tablename__ = "credit_entries"
    __table_args__ = (
        sa.UniqueConstraint("kind", "reference"),
        sa.CheckConstraint("amount <> 0", "amount"),
        sa.Index("ix_credit_entries_history", "owner_id", "id"),
        sa.Index("ix_credit_entries_sums", "owner_id", "amount"),
    )

    owner_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    kind: EntryKind = Field(sa_type=stored(EntryKind))
    reference: str
    """What the entry is for, such as `take:<id>`: one entry of a kind for it, ever."""
    amount: int
    balance_after: int
    debt_after: int = 0
    note: str = ""
    """What the person reads beside it."""
    subject_id: UUID | None = Field(default=None, index=True)
    """The take, order, film or user that it is about."""


class CreditPack(Row, table=True):
    __tablename__ = "credit_packs"

    title: str
    credits: int
    price_cents: int
    currency: str = "usd"
    stripe_price_id: str | None = None
    position: int = 0
    is_offered: bool = True


class Cart(Owned, table=True):
    """What somebody was about to make when the credits ran out: kept until it is made or dropped."""

    __tablename__ = "carts"
    __table_args__ = (sa.UniqueConstraint("owner_id"),)

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    wishes: dict[str, Any] = Field(sa_type=sa.JSON)


class Order(Kept, table=True):
    """A purchase, written before anybody is sent to pay."""

    __tablename__ = "orders"

    pack_id: UUID | None = Field(default=None, foreign_key="credit_packs.id", ondelete="SET NULL")
    credits: int
    price_cents: int
    currency: str
    state: OrderState = Field(default=OrderState.PENDING, sa_type=stored(OrderState), index=True)
    returned_cents: int = 0
    returned_credits: int = 0
    stripe_session_id: str | None = Field(default=None, unique=True)
    stripe_payment_id: str | None = Field(default=None, unique=True)
    payment_fingerprint: str | None = Field(default=None, index=True)
    receipt_url: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PaymentReturn(Row, table=True):
    """What is known of one refund or dispute. Kept by its payment: it may come before the order is paid."""

    __tablename__ = "payment_returns"

    stripe_id: str = Field(unique=True)
    stripe_payment_id: str = Field(index=True)
    kind: ReturnKind = Field(sa_type=stored(ReturnKind))
    cents: int
    status: str = ""
    said_at: int = Field(default=0, sa_type=sa.BigInteger)
    """When Stripe said so, in seconds since 1970: what it says comes in any order."""


class ProviderCost(Row, table=True):
    """What a provider charged for one job. It is nobody's, and stays when takes and people are gone."""

    __tablename__ = "provider_costs"
    __table_args__ = (sa.Index("ix_provider_costs_figures", "created_at", "provider", "credits"),)

    provider: str
    credits: float
    """The provider's own."""


class WebhookEvent(Row, table=True):
    """Stored before it is handled, and handled once."""

    __tablename__ = "webhook_events"
    __table_args__ = (sa.UniqueConstraint("source", "event_id"),)

    source: str
    event_id: str
    kind: str
    payload: dict[str, Any] = Field(sa_type=sa.JSON)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str = ""


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


class Setting(Row, table=True):
    """One version of something that operators set; the highest version counts (`configuration`)."""

    __tablename__ = "settings"
    __table_args__ = (sa.UniqueConstraint("name", "version"),)

    name: str
    version: int
    value: dict[str, Any] = Field(sa_type=sa.JSON)
    author_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    note: str = ""


class AuditEntry(Row, table=True):
    """What an operator did."""

    __tablename__ = "audit_entries"

    actor_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)
    actor_name: str
    action: str = Field(index=True)
    subject_id: UUID | None = Field(default=None, index=True)
    before: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    reason: str = ""


class WorkerLease(SQLModel, table=True):
    """A worker process that says it lives, by the database's clock. Jobs of one that stopped saying so are
    given to others."""

    __tablename__ = "worker_leases"

    executor_id: str = Field(primary_key=True)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
