"""What the player needs to mix as the film does, bars of music, and whether music is repeated.

Revision ID: 0019_sound_levels
Revises: 0018_music_peaks
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019_sound_levels"
down_revision: str | Sequence[str] | None = "0018_music_peaks"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("music_tracks") as tracks:
        tracks.add_column(sa.Column("true_peak", sa.Float(), nullable=True))
        tracks.add_column(sa.Column("downbeats", sa.JSON(), nullable=True))
        tracks.add_column(sa.Column("analysis", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("takes") as takes:
        takes.add_column(sa.Column("audio_loudness", sa.Float(), nullable=True))
        takes.add_column(sa.Column("audio_moments", sa.JSON(), nullable=True))
    with op.batch_alter_table("projects") as projects:
        projects.add_column(
            sa.Column("music_repeats", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    with op.batch_alter_table("projects") as projects:
        projects.drop_column("music_repeats")
    with op.batch_alter_table("takes") as takes:
        takes.drop_column("audio_moments")
        takes.drop_column("audio_loudness")
    with op.batch_alter_table("music_tracks") as tracks:
        tracks.drop_column("analysis")
        tracks.drop_column("downbeats")
        tracks.drop_column("true_peak")
