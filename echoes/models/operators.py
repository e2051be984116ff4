"""Operator settings, the audit log, and provider spend."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Row, UtcDateTime


class ProviderCost(Row, table=True):
    """What a provider charged for one job. It is nobody's, and stays when takes and people are gone."""

    __tablename__ = "provider_costs"
    __table_args__ = (sa.Index("ix_provider_costs_figures", "created_at", "provider", "credits"),)

    provider: str
    credits: float
    """The provider's own."""


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


class BackupRun(Row, table=True):
    """One attempt at a backup: under way while it has no end; a failure is said in a sentence."""

    __tablename__ = "backup_runs"
    __table_args__ = (sa.Index("ix_backup_runs_created_at", "created_at"),)

    target: str
    """As ECHOES_BACKUP_TO named it."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    snapshot: str = ""
    """Its name in the target; empty unless it succeeded."""
    files: int = 0
    size_bytes: int = Field(default=0, sa_type=sa.BigInteger)
    """Of the database and of all files that the snapshot names."""
    failure: str = ""
