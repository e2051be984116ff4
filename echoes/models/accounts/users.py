"""Users and their sessions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Row, UtcDateTime, new_code, now, stored


class Role(StrEnum):
    MEMBER = "member"
    OPERATOR = "operator"


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
    invitation_id: UUID | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.Uuid,
            sa.ForeignKey("invitations.id", use_alter=True, ondelete="SET NULL"),
            nullable=True,
            index=True,
        ),
    )
    """The invitation by which this person joined."""
    may_use_paid: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether their clips may cost us money where operators grant that (`Allowances.paid_by_grant`)."""
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deletes_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When the grace period of a deletion that was asked for is over."""
    networks: str | None = None
    """From where this person uses Echoes, by hashes of two days (`accounts.networks`)."""


class AuthSession(Row, table=True):
    __tablename__ = "auth_sessions"

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """The absolute end; a session that nobody used for days ends before."""
    seen_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    user_agent: str = ""
