"""A film has words, parts of clips, transitions of their own and looks, and a history to undo.

Revision ID: 0014
Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from echoes.database.row_security import protect, unprotect

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONE_OF_A_PHOTO = "uq_clips_photo_id"
NO_COPY = sa.text("copy_of_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("projects") as projects:
        for column in _of_projects():
            projects.add_column(column)
    with op.batch_alter_table("clips") as clips:
        clips.drop_constraint(ONE_OF_A_PHOTO, type_="unique")
        for column in _of_clips():
            clips.add_column(column)
        clips.create_foreign_key("fk_clips_copy_of_id", "clips", ["copy_of_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_clips_copy_of_id", "clips", ["copy_of_id"])
    op.create_index(
        ONE_OF_A_PHOTO, "clips", ["photo_id"], unique=True, sqlite_where=NO_COPY, postgresql_where=NO_COPY
    )
    _make_history()


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in unprotect("project_edits"):
            op.execute(statement)
    op.drop_table("project_edits")
    op.execute("DELETE FROM clips WHERE copy_of_id IS NOT NULL")
    op.drop_index(ONE_OF_A_PHOTO, "clips")
    op.drop_index("ix_clips_copy_of_id", "clips")
    with op.batch_alter_table("clips") as clips:
        clips.drop_constraint("fk_clips_copy_of_id", type_="foreignkey")
        for column in _of_clips():
            clips.drop_column(column.name)
        clips.create_unique_constraint(ONE_OF_A_PHOTO, ["photo_id"])
    with op.batch_alter_table("projects") as projects:
        for column in _of_projects():
            projects.drop_column(column.name)


def _of_projects() -> list[sa.Column]:
    return [
        sa.Column("music_start", sa.Float(), nullable=False, server_default="0"),
        sa.Column("music_fade_out", sa.Float(), nullable=False, server_default="2"),
        sa.Column(
            "further_music",
            sa.JSON().with_variant(JSONB(), "postgresql"),
            nullable=False,
            server_default="[]",
        ),
        sa.Column("beat_cuts", sa.String(20), nullable=False, server_default="off"),
        sa.Column("look", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("opening_text", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("opening_subtitle", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("end_text", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("has_fades", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _of_clips() -> list[sa.Column]:
    return [
        sa.Column("copy_of_id", sa.Uuid(), nullable=True),
        sa.Column("caption", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("trim_start", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("trim_end", sa.Integer(), nullable=True),
        sa.Column("has_sound", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sound_volume", sa.Float(), nullable=False, server_default="1"),
        sa.Column("transition", sa.String(), nullable=True),
        sa.Column("transition_seconds", sa.Float(), nullable=True),
    ]


def _make_history() -> None:
    op.create_table(
        "project_edits",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("project_id", sa.Uuid(), sa.ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_project_edits_owner_id", "project_edits", ["owner_id"])
    op.create_index("ix_project_edits_project_id", "project_edits", ["project_id"])
    if op.get_context().dialect.name == "postgresql":
        for statement in protect("project_edits"):
            op.execute(statement)
