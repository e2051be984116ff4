"""Invitations to sign up; grants of paid clips, and takes that are held.

Revision ID: 0025
Revises: 0024_film_provenance
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from echoes.database.row_security import protect, unprotect

revision: str = "0025"
down_revision: str | Sequence[str] | None = "0024_film_provenance"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "invitations"
MADE_BY, JOINED_BY = "ix_invitations_owner_id", "ix_users_invitation_id"
OF_A_PERSON = "fk_users_invitation_id"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_invitations_owner_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
        sa.CheckConstraint("uses >= 0 AND uses <= most_uses", name="ck_invitations_uses"),
        sa.CheckConstraint("credits >= 0", name="ck_invitations_credits"),
    )
    op.create_index(MADE_BY, TABLE, ["owner_id"])
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("invitation_id", sa.Uuid(), nullable=True))
        users.add_column(sa.Column("may_use_paid", sa.Boolean(), nullable=False, server_default=sa.false()))
        users.create_foreign_key(OF_A_PERSON, TABLE, ["invitation_id"], ["id"], ondelete="SET NULL")
    op.create_index(JOINED_BY, "users", ["invitation_id"])
    op.add_column("takes", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_context().dialect.name == "postgresql":
        for statement in protect(TABLE):
            op.execute(statement)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in unprotect(TABLE):
            op.execute(statement)
    op.drop_column("takes", "held_at")
    op.drop_index(JOINED_BY, "users")
    with op.batch_alter_table("users") as users:
        users.drop_constraint(OF_A_PERSON, type_="foreignkey")
        users.drop_column("may_use_paid")
        users.drop_column("invitation_id")
    op.drop_index(MADE_BY, TABLE)
    op.drop_table(TABLE)
