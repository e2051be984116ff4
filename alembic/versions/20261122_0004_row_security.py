"""Row-level security: on PostgreSQL a user's session sees that user's rows alone.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Iterator, Sequence

from alembic import op

from echoes.database.row_security import ACTING_USER, APP_ROLE, OWN, make_roles, protect, unprotect

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWNED = (
    "projects", "uploads", "photos", "clips", "takes", "videos", "carts", "share_links",
)  # fmt: skip
OTHERS = ("users", "auth_sessions", "music_tracks", "job_events", "credit_entries", "orders", "share_views")
READABLE = ("credit_packs", "settings")
"""Nobody's: packs, prices and the like, which every user's session reads."""


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for statement in (*make_roles(), *_walls()):
            op.execute(statement)


def downgrade() -> None:
    """The roles stay: another database may use them."""
    if op.get_context().dialect.name == "postgresql":
        for table in (*OWNED, *OTHERS):
            for statement in unprotect(table):
                op.execute(statement)
        for table in READABLE:
            op.execute(f"REVOKE ALL ON {table} FROM {APP_ROLE}")
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {APP_ROLE}")


def _walls() -> Iterator[str]:
    for table in OWNED:
        yield from protect(table)
    own_movement = f"{OWN} AND kind IN ('generation', 'refund')"
    yield from protect("credit_entries", OWN, own_movement, rights="SELECT, INSERT")
    yield from protect("orders", rights="SELECT, INSERT, UPDATE")
    yield from protect("job_events", rights="SELECT, INSERT, DELETE")
    yield from protect("share_views", rights="SELECT, DELETE")
    yield from protect("music_tracks", f"{OWN} OR owner_id IS NULL", OWN)
    yield from protect("auth_sessions", f"user_id = {ACTING_USER}", rights="SELECT, DELETE")
    # Nobody makes themselves an operator, lifts a suspension, or becomes somebody else.
    changed = "name, email, picture_url, revision, balance, debt, deletes_at, referral_code"
    yield from protect("users", f"id = {ACTING_USER}", rights=f"SELECT, UPDATE ({changed})")
    for table in READABLE:
        yield f"GRANT SELECT ON {table} TO {APP_ROLE}"
