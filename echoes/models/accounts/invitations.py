"""Invitations to sign up."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, col, or_, select

from echoes.models.accounts.users import Role, User
from echoes.models.base import Kept, UtcDateTime, now, stored


class Invitation(Kept, table=True):
    """Leave to join, for one person or several. Its owner made it; without one, the command line did, or its
    maker is gone."""

    __tablename__ = "invitations"
    __table_args__ = (
        sa.CheckConstraint("uses >= 0 AND uses <= most_uses", "uses"),
        sa.CheckConstraint("credits >= 0", "credits"),
    )

    code_hash: str = Field(unique=True)
    """The code itself is told once, to whoever made it."""
    name: str = ""
    """For whom or what it is, as its maker wrote it."""
    most_uses: int = 1
    uses: int = 0
    """How many people have joined by it (`User.invitation_id`)."""
    credits: int = 0
    """That each of them is given."""
    role: Role = Field(default=Role.MEMBER, sa_type=stored(Role))
    """What each of them becomes."""
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def is_open() -> sa.ColumnElement[bool]:
    """An invitation of somebody who is suspended lets nobody in, nor does what only an operator can give when
    its maker is none any more."""
    suspended = select(User.id).where(col(User.suspended_at).is_not(None))
    operators = select(User.id).where(col(User.role) == Role.OPERATOR)
    return sa.and_(
        col(Invitation.revoked_at).is_(None),
        col(Invitation.uses) < col(Invitation.most_uses),
        or_(col(Invitation.expires_at).is_(None), col(Invitation.expires_at) > now()),
        or_(col(Invitation.owner_id).is_(None), col(Invitation.owner_id).not_in(suspended)),
        or_(col(Invitation.owner_id).is_(None), _is_members(), col(Invitation.owner_id).in_(operators)),
    )


def _is_members() -> sa.ColumnElement[bool]:
    """Whether it brings no more than what a member can give."""
    return sa.and_(
        col(Invitation.role) == Role.MEMBER, col(Invitation.credits) == 0, col(Invitation.most_uses) == 1
    )
