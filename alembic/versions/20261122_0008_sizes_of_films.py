"""A film can be had in other sizes, each a row of its own that goes with the film.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FOREIGN_KEY, ONE_OF_EACH = "fk_videos_original_id", "uq_videos_original_id_width_height"
FIGURES = "ix_videos_figures"


def upgrade() -> None:
    op.drop_index(FIGURES, "videos")
    with op.batch_alter_table("videos") as videos:
        videos.add_column(sa.Column("original_id", sa.Uuid(), nullable=True))
        videos.create_foreign_key(FOREIGN_KEY, "videos", ["original_id"], ["id"], ondelete="CASCADE")
        videos.create_unique_constraint(ONE_OF_EACH, ["original_id", "width", "height"])
    op.create_index(FIGURES, "videos", ["created_at", "status", "original_id", "size_bytes"])


def downgrade() -> None:
    op.execute("DELETE FROM videos WHERE original_id IS NOT NULL")
    op.drop_index(FIGURES, "videos")
    with op.batch_alter_table("videos") as videos:
        videos.drop_constraint(ONE_OF_EACH, type_="unique")
        videos.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        videos.drop_column("original_id")
    op.create_index(FIGURES, "videos", ["created_at", "status", "size_bytes"])
