"""A take keeps a small poster for pages, and what has none yet is found quickly.

Revision ID: 0022_small_posters
Revises: 0021
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022_small_posters"
down_revision: str | Sequence[str] | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITHOUT = sa.text("poster_key IS NOT NULL AND small_poster_key IS NULL")


def upgrade() -> None:
    op.add_column("takes", sa.Column("small_poster_key", sa.String(), nullable=True))
    op.create_index(
        "ix_takes_without_small_poster", "takes", ["id"], sqlite_where=WITHOUT, postgresql_where=WITHOUT
    )


def downgrade() -> None:
    op.drop_index("ix_takes_without_small_poster", "takes")
    with op.batch_alter_table("takes") as takes:
        takes.drop_column("small_poster_key")
