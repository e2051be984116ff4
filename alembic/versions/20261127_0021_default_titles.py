"""A film that nobody has named is titled by the dates of its photos; photos have places, and can be left out.

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | Sequence[str] | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "projects", sa.Column("is_named_by_dates", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("photos", sa.Column("is_left_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("photos", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for column in ("position", "is_left_out"):
        op.drop_column("photos", column)
    op.drop_column("projects", "is_named_by_dates")
