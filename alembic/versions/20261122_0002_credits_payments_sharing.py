"""Credits, orders, share links, versioned settings, and what accounts and takes need for them.

Revision ID: 0002
Revises: 0001
"""

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "credit_packs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("stripe_price_id", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_packs")),
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_webhook_events_source_event_id")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "credit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "purchase",
                "referral",
                "share",
                "generation",
                "refund",
                "grant",
                "reversal",
                name="entrykind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=False),
        sa.Column("debt_after", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_credit_entries_amount")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_credit_entries_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entries")),
        sa.UniqueConstraint("kind", "reference", name=op.f("uq_credit_entries_kind_reference")),
    )
    with op.batch_alter_table("credit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_credit_entries_history", ["owner_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entries_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entries_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("pack_id", sa.Uuid(), nullable=True),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "paid",
                "failed",
                "expired",
                "refunded",
                "disputed",
                name="orderstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("returned_cents", sa.Integer(), nullable=False),
        sa.Column("returned_credits", sa.Integer(), nullable=False),
        sa.Column("stripe_session_id", sa.String(), nullable=True),
        sa.Column("stripe_payment_id", sa.String(), nullable=True),
        sa.Column("payment_fingerprint", sa.String(), nullable=True),
        sa.Column("receipt_url", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_orders_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["credit_packs.id"], name=op.f("fk_orders_pack_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("stripe_payment_id", name=op.f("uq_orders_stripe_payment_id")),
        sa.UniqueConstraint("stripe_session_id", name=op.f("uq_orders_stripe_session_id")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_orders_payment_fingerprint"), ["payment_fingerprint"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_orders_state"), ["state"], unique=False)

    op.create_table(
        "settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_settings_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_settings_name_version")),
    )
    op.create_table(
        "carts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_carts_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_carts_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carts")),
        sa.UniqueConstraint("owner_id", name=op.f("uq_carts_owner_id")),
    )
    with op.batch_alter_table("carts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carts_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_carts_project_id"), ["project_id"], unique=False)

    op.create_table(
        "share_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("video_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("names_owner", sa.Boolean(), nullable=False),
        sa.Column("may_be_indexed", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_share_links_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_share_links_video_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_links")),
        sa.UniqueConstraint("token", name=op.f("uq_share_links_token")),
    )
    with op.batch_alter_table("share_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_links_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_share_links_video_id"), ["video_id"], unique=False)

    op.create_table(
        "share_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["share_links.id"], name=op.f("fk_share_views_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_share_views_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_views")),
        sa.UniqueConstraint("link_id", "day", "visitor", name=op.f("uq_share_views_link_id_day_visitor")),
    )
    with op.batch_alter_table("share_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_views_owner_id"), ["owner_id"], unique=False)

    _add_filled(
        "auth_sessions", sa.Column("seen_at", sa.DateTime(timezone=True)), "2026-11-22 00:00:00+00:00"
    )
    _add_filled("music_tracks", sa.Column("position", sa.Integer()), "0")
    _add_filled("music_tracks", sa.Column("is_hidden", sa.Boolean()), sa.false())
    _add_filled("music_tracks", sa.Column("licence", sa.String()), "")
    _add("music_tracks", sa.Column("loudness", sa.Float()), sa.Column("beats", sa.JSON()))

    _add_filled("takes", sa.Column("wish", sa.String()), "")
    _add_filled("takes", sa.Column("price", sa.Integer()), "0")
    _add_filled("takes", sa.Column("stage", sa.String()), "")
    _add(
        "takes",
        sa.Column("prompt", sa.String()),
        sa.Column("queue_position", sa.Integer()),
        sa.Column("provider_cost", sa.Float()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("raw_key", sa.String()),
        sa.Column("audio_key", sa.String()),
    )

    _add_filled("users", sa.Column("balance", sa.Integer()), "0")
    _add_filled("users", sa.Column("debt", sa.Integer()), "0")
    _add(
        "users",
        sa.Column("email", sa.String()),
        sa.Column("picture_url", sa.String()),
        sa.Column("referral_code", sa.String()),
        sa.Column("referred_by_id", sa.Uuid()),
        sa.Column("suspended_at", sa.DateTime(timezone=True)),
        sa.Column("deletes_at", sa.DateTime(timezone=True)),
    )
    _give_referral_codes()
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("referral_code", existing_type=sa.String(), nullable=False)
        batch_op.create_index(batch_op.f("ix_users_deletes_at"), ["deletes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_users_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_users_referred_by_id"), ["referred_by_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_users_referral_code"), ["referral_code"])
        batch_op.create_check_constraint(batch_op.f("ck_users_balance"), "balance >= 0")
        batch_op.create_check_constraint(batch_op.f("ck_users_debt"), "debt >= 0")
        batch_op.create_foreign_key(
            batch_op.f("fk_users_referred_by_id"), "users", ["referred_by_id"], ["id"], ondelete="SET NULL"
        )


def _add(table: str, *columns: sa.Column[Any]) -> None:
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.add_column(column)


def _add_filled(table: str, column: sa.Column[Any], value: Any) -> None:
    """Rows that are there get the value; new ones get theirs from the app."""
    column.nullable, column.server_default = False, sa.DefaultClause(value)
    _add(table, column)
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(column.name, existing_type=column.type, server_default=None)


def _give_referral_codes() -> None:
    users = sa.table("users", sa.column("id", sa.Uuid()), sa.column("referral_code", sa.String()))
    connection = op.get_bind()
    for user_id in connection.scalars(sa.select(users.c.id)).all():
        connection.execute(
            sa.update(users).where(users.c.id == user_id).values(referral_code=secrets.token_hex(5))
        )


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_users_referred_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_users_debt"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_users_balance"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_users_referral_code"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_users_referred_by_id"))
        batch_op.drop_index(batch_op.f("ix_users_email"))
        batch_op.drop_index(batch_op.f("ix_users_deletes_at"))
        batch_op.drop_column("deletes_at")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("referred_by_id")
        batch_op.drop_column("referral_code")
        batch_op.drop_column("debt")
        batch_op.drop_column("balance")
        batch_op.drop_column("picture_url")
        batch_op.drop_column("email")

    with op.batch_alter_table("takes", schema=None) as batch_op:
        batch_op.drop_column("audio_key")
        batch_op.drop_column("raw_key")
        batch_op.drop_column("started_at")
        batch_op.drop_column("provider_cost")
        batch_op.drop_column("queue_position")
        batch_op.drop_column("stage")
        batch_op.drop_column("price")
        batch_op.drop_column("prompt")
        batch_op.drop_column("wish")

    with op.batch_alter_table("music_tracks", schema=None) as batch_op:
        batch_op.drop_column("beats")
        batch_op.drop_column("loudness")
        batch_op.drop_column("licence")
        batch_op.drop_column("is_hidden")
        batch_op.drop_column("position")

    with op.batch_alter_table("auth_sessions", schema=None) as batch_op:
        batch_op.drop_column("seen_at")

    with op.batch_alter_table("share_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_share_views_owner_id"))

    op.drop_table("share_views")
    with op.batch_alter_table("share_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_share_links_video_id"))
        batch_op.drop_index(batch_op.f("ix_share_links_owner_id"))

    op.drop_table("share_links")
    with op.batch_alter_table("carts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carts_project_id"))
        batch_op.drop_index(batch_op.f("ix_carts_owner_id"))

    op.drop_table("carts")
    op.drop_table("settings")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_state"))
        batch_op.drop_index(batch_op.f("ix_orders_payment_fingerprint"))
        batch_op.drop_index(batch_op.f("ix_orders_owner_id"))

    op.drop_table("orders")
    with op.batch_alter_table("credit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_entries_subject_id"))
        batch_op.drop_index(batch_op.f("ix_credit_entries_owner_id"))
        batch_op.drop_index("ix_credit_entries_history")

    op.drop_table("credit_entries")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_action"))

    op.drop_table("audit_entries")
    op.drop_table("webhook_events")
    op.drop_table("credit_packs")
