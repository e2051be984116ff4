"""From where somebody uses Echoes, so that nobody is rewarded for watching their own film.

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("networks", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "networks")
