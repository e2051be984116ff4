"""Sound that has not been measured yet is found quickly, of clips and of music.

Revision ID: 0032
Revises: 0029
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | Sequence[str] | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WITHOUT_LEVELS = sa.text(
    "audio_key IS NOT NULL AND (audio_moments IS NULL OR CAST(audio_moments AS VARCHAR) = 'null')"
)


def upgrade() -> None:
    op.create_index(
        "ix_takes_without_levels",
        "takes",
        ["id"],
        sqlite_where=WITHOUT_LEVELS,
        postgresql_where=WITHOUT_LEVELS,
    )
    op.create_index("ix_music_tracks_analysis_id", "music_tracks", ["analysis", "id"])


def downgrade() -> None:
    op.drop_index("ix_music_tracks_analysis_id", "music_tracks")
    op.drop_index("ix_takes_without_levels", "takes")
