"""Photos can be rotated by quarter turns, and takes know which way up their photo was.

Revision ID: 0011
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("photos", "takes")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("rotation", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "rotation")
