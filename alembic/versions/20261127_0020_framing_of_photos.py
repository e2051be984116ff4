"""Photos know what they show and how their owner wants them framed; takes, with what framing they were made.

Revision ID: 0020
Revises: 0019_sound_levels
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | Sequence[str] | None = "0019_sound_levels"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for table in ("photos", "takes"):
        for column in _framing():
            op.add_column(table, column)
    op.add_column("photos", sa.Column("subject", sa.JSON(), nullable=True))
    op.add_column("takes", sa.Column("seconds", sa.Float(), nullable=True))
    op.add_column("takes", sa.Column("place_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for column in ("place_id", "seconds"):
        op.drop_column("takes", column)
    op.drop_column("photos", "subject")
    for table in ("takes", "photos"):
        for column in reversed(_framing()):
            op.drop_column(table, column.name)


def _framing() -> list[sa.Column]:
    return [
        sa.Column("focus_x", sa.Float(), nullable=True),
        sa.Column("focus_y", sa.Float(), nullable=True),
        sa.Column("framing_mode", sa.String(), nullable=False, server_default="auto"),
        sa.Column("movement", sa.String(), nullable=False, server_default="normal"),
    ]
