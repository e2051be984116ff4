"""What was removed and can still be brought back: soft deletion in rows of their own."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned


class Removal(Owned, table=True):
    """What one person removed in one go and can bring back for a while (`projects.removals`)."""

    __tablename__ = "removals"

    project_id: UUID | None = Field(
        default=None, foreign_key="projects.id", ondelete="CASCADE", index=True, nullable=True
    )
    """None for music, which is of no one film."""
    rows: dict[str, Any] = Field(sa_type=sa.JSON)
    """By the name of the table: the rows that were deleted, without owner and storage keys."""
    playing: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """Of removed music, by the id of the project: what it played before, and after."""


class RemovedFile(Owned, table=True):
    """A stored file that a removed row named: it stays as long as the row can come back."""

    __tablename__ = "removed_files"

    removal_id: UUID = Field(foreign_key="removals.id", ondelete="CASCADE", index=True)
    row_table: str
    row_id: UUID
    row_column: str
    file_key: str
    size_bytes: int = 0
    """What counts against the person's space; 0 for what counts for nobody."""
