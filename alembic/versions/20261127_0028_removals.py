"""Removed clips, photos with clips, and music can come back.

Revision ID: 0028
Revises: 0027
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from echoes.database.row_security import protect, unprotect

revision: str = "0028"
down_revision: str | Sequence[str] | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REMOVALS, FILES = "removals", "removed_files"


def upgrade() -> None:
    _create(
        REMOVALS,
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("playing", sa.JSON(), nullable=False),
        _belongs(REMOVALS, "project_id", "projects"),
    )
    op.create_index("ix_removals_project_id", REMOVALS, ["project_id"])
    _create(
        FILES,
        sa.Column("removal_id", sa.Uuid(), nullable=False),
        sa.Column("row_table", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("row_column", sa.String(), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        _belongs(FILES, "removal_id", REMOVALS),
    )
    op.create_index("ix_removed_files_removal_id", FILES, ["removal_id"])


def downgrade() -> None:
    for table in (FILES, REMOVALS):
        if op.get_context().dialect.name == "postgresql":
            for statement in unprotect(table):
                op.execute(statement)
        op.drop_table(table)


def _create(table: str, *parts: "sa.Column[object] | sa.ForeignKeyConstraint") -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        *parts,
        _belongs(table, "owner_id", "users"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    if op.get_context().dialect.name == "postgresql":
        for statement in protect(table):
            op.execute(statement)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], f"fk_{table}_{column}", ondelete="CASCADE")
