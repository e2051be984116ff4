"""A photo knows whether the file that it was made of lacked its last lines.

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
    column = sa.Column("is_truncated", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("photos", column)


def downgrade() -> None:
    op.drop_column("photos", "is_truncated")
