"""Mails, their one end, and who wants which of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Kept, Owned, Row, UtcDateTime, stored


class MailKind(StrEnum):
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    INVITATION = "invitation"
    FILM_READY = "film_ready"
    GIFT_OPENS = "gift_opens"
    REPLY = "reply"
    NOTICE = "notice"
    BACKUP_BAD = "backup_bad"


class MailStatus(StrEnum):
    """All but the first are final: a row never leaves them."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Handed over, and the line broke before the server's answer. Not sent again: never twice."""
    DROPPED = "dropped"
    """Nobody wanted it any more."""


class Mail(Kept, table=True):
    """One message. Its owner is who asked for it, or whom it is for; a newcomer's has none yet."""

    __tablename__ = "mails"

    kind: MailKind = Field(sa_type=stored(MailKind))
    address: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """What it says (`mail.messages`); emptied at its end."""
    once: str = Field(unique=True)
    """What it is about: asked for a second time, there is no second one."""
    status: MailStatus = Field(default=MailStatus.WAITING, sa_type=stored(MailStatus))
    attempts: int = 0
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """When it is of no use any more."""
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Written before the last line of the message is: from then on it may have been taken."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    failure: str = ""
    """For operators, without addresses."""


class MailOptOut(Owned, table=True):
    """A kind of mail that a person does not want."""

    __tablename__ = "mail_opt_outs"
    __table_args__ = (sa.UniqueConstraint("owner_id", "kind"),)

    kind: MailKind = Field(sa_type=stored(MailKind))


class MailBlock(Row, table=True):
    """An address, by its hash, whose owner has no account here and wants no invitations."""

    __tablename__ = "mail_blocks"

    address_hash: str = Field(unique=True)
