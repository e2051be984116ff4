"""What providers charged is written down apart from takes, which go when their people delete them.

Revision ID: 0009
Revises: 0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE, FIGURES = "provider_costs", "ix_provider_costs_figures"
FIGURES_OF_TAKES = "ix_takes_figures"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider_costs"),
    )
    op.create_index(FIGURES, TABLE, ["created_at", "provider", "credits"])
    op.execute(
        f"INSERT INTO {TABLE} (id, created_at, provider, credits)"  # noqa: S608
        " SELECT id, created_at, provider, provider_cost FROM takes WHERE provider_cost > 0"
    )
    _index_takes(["created_at", "status", "provider", "failure_kind", "size_bytes"])


def downgrade() -> None:
    _index_takes(["created_at", "status", "provider", "failure_kind", "provider_cost", "size_bytes"])
    op.drop_table(TABLE)


def _index_takes(columns: list[str]) -> None:
    op.drop_index(FIGURES_OF_TAKES, "takes")
    op.create_index(FIGURES_OF_TAKES, "takes", columns)
