"""A film keeps what its Content Credentials say of its shots, and a project whether its picture says it.

Revision ID: 0024_film_provenance
Revises: 0023
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024_film_provenance"
down_revision: str | Sequence[str] | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("videos", sa.Column("provenance", sa.JSON(), nullable=True))
    marks = sa.Column("marks_generated", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("projects", marks)


def downgrade() -> None:
    with op.batch_alter_table("projects") as projects:
        projects.drop_column("marks_generated")
    with op.batch_alter_table("videos") as videos:
        videos.drop_column("provenance")
