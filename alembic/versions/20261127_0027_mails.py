"""Mails, opt-outs, and addresses that want no invitations.

Revision ID: 0027
Revises: 0026
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from echoes.database import row_security

revision: str = "0027"
down_revision: str | Sequence[str] | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWNED = ("mails", "mail_opt_outs")


def upgrade() -> None:
    op.create_table(
        "mails",
        *_row(),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_mails_owner_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("once", name="uq_mails_once"),
    )
    op.create_table(
        "mail_opt_outs",
        *_row(),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_mail_opt_outs_owner_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail_opt_outs"),
        sa.UniqueConstraint("owner_id", "kind", name="uq_mail_opt_outs_owner_id_kind"),
    )
    op.create_table(
        "mail_blocks",
        *_row(),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_blocks"),
        sa.UniqueConstraint("address_hash", name="uq_mail_blocks_address_hash"),
    )
    for table in OWNED:
        op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    op.create_index("ix_mails_ended_at", "mails", ["ended_at"])
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            for statement in row_security.protect(table):
                op.execute(statement)


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            for statement in row_security.unprotect(table):
                op.execute(statement)
    for table in ("mail_blocks", "mail_opt_outs", "mails"):
        op.drop_table(table)
