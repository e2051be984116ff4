"""Refunds and disputes, each by itself.

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "payment_returns"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stripe_id", sa.String(), nullable=False),
        sa.Column("stripe_payment_id", sa.String(), nullable=False),
        sa.Column(
            "kind", sa.Enum("refund", "dispute", "charge", native_enum=False, length=20), nullable=False
        ),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_returns")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_payment_returns_stripe_id")),
    )
    op.create_index(op.f("ix_payment_returns_stripe_payment_id"), TABLE, ["stripe_payment_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_payment_returns_stripe_payment_id"), TABLE)
    op.drop_table(TABLE)
