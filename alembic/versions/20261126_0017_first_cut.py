"""Photos have a fingerprint and a sharpness, and a project keeps the clips of a first cut by itself.

Revision ID: 0017
Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("photos", sa.Column("fingerprint", sa.String(), nullable=True))
    op.add_column("photos", sa.Column("sharpness", sa.Float(), nullable=True))
    op.add_column("photos", _flag("is_used_anyway"))
    op.add_column("projects", _flag("keeps_all"))


def downgrade() -> None:
    op.drop_column("projects", "keeps_all")
    for column in ("is_used_anyway", "sharpness", "fingerprint"):
        op.drop_column("photos", column)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
