"""A take keeps a preview rendition for slow lines, and what has none yet is found quickly.

Revision ID: 0029
Revises: 0028
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | Sequence[str] | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITHOUT = sa.text("video_key IS NOT NULL AND preview_key IS NULL")


def upgrade() -> None:
    op.add_column("takes", sa.Column("preview_key", sa.String(), nullable=True))
    op.create_index(
        "ix_takes_without_preview", "takes", ["id"], sqlite_where=WITHOUT, postgresql_where=WITHOUT
    )


def downgrade() -> None:
    op.drop_index("ix_takes_without_preview", "takes")
    with op.batch_alter_table("takes") as takes:
        takes.drop_column("preview_key")
