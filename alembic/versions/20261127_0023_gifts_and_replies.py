"""A shared film says whom it is from, has a picture of its owner's choice, and its viewers can reply.

Revision ID: 0023
Revises: 0018
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from echoes.database.row_security import protect, unprotect

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0022_small_posters"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REPLIES, LINKS = "share_replies", "share_links"
POSTER = "fk_share_links_poster_take_id"
RIGHTS_OF_OWNERS = "SELECT, UPDATE, DELETE"
"""Replies are written by the service role alone, which has asked whether the link is open."""


def upgrade() -> None:
    with op.batch_alter_table(LINKS) as links:
        for column in _of_links():
            links.add_column(column)
        links.create_foreign_key(POSTER, "takes", ["poster_take_id"], ["id"], ondelete="SET NULL")
    _make_replies()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in unprotect(REPLIES):
            op.execute(statement)
    op.drop_table(REPLIES)
    with op.batch_alter_table(LINKS) as links:
        links.drop_constraint(POSTER, type_="foreignkey")
        for column in _of_links():
            links.drop_column(column.name)


def _of_links() -> list[sa.Column]:
    return [
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("poster_take_id", sa.Uuid(), nullable=True),
        sa.Column("can_save", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("can_reply", sa.Boolean(), nullable=False, server_default=sa.true()),
    ]


def _make_replies() -> None:
    op.create_table(
        REPLIES,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("link_id", sa.Uuid(), sa.ForeignKey("share_links.id", ondelete="CASCADE"), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("link_id", "visitor", "words"),
    )
    op.create_index("ix_share_replies_owner_id", REPLIES, ["owner_id"])
    op.create_index("ix_share_replies_reported_at", REPLIES, ["reported_at", "id"])
    if op.get_context().dialect.name == "postgresql":
        for statement in protect(REPLIES, rights=RIGHTS_OF_OWNERS):
            op.execute(statement)
