"""A piece of music keeps the peaks of its waveform.

Revision ID: 0018_music_peaks
Revises: 0017
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018_music_peaks"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("music_tracks", sa.Column("peaks", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("music_tracks") as tracks:
        tracks.drop_column("peaks")
