"""A film keeps a small poster for pages, and what has none yet is found quickly.

Revision ID: 0033
Revises: 0032
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | Sequence[str] | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITHOUT = sa.text("poster_key IS NOT NULL AND small_poster_key IS NULL")


def upgrade() -> None:
    op.add_column("videos", sa.Column("small_poster_key", sa.String(), nullable=True))
    op.create_index(
        "ix_videos_without_small_poster", "videos", ["id"], sqlite_where=WITHOUT, postgresql_where=WITHOUT
    )


def downgrade() -> None:
    op.drop_index("ix_videos_without_small_poster", "videos")
    with op.batch_alter_table("videos") as videos:
        videos.drop_column("small_poster_key")
