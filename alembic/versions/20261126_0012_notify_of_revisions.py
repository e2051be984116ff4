"""PostgreSQL says when what open pages follow has changed, so that web processes need not ask.

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = {"projects": "project", "users": "user"}
FUNCTION = """
CREATE FUNCTION notify_of_revision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('echoes_revisions', TG_ARGV[0] || ':' || NEW.id);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER notify_of_revision AFTER UPDATE OF revision ON {table}
    FOR EACH ROW WHEN (OLD.revision <> NEW.revision) EXECUTE FUNCTION notify_of_revision('{kind}')
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(FUNCTION)
    for table, kind in KINDS.items():
        op.execute(TRIGGER.format(table=table, kind=kind))


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in KINDS:
        op.execute(f"DROP TRIGGER notify_of_revision ON {table}")
    op.execute("DROP FUNCTION notify_of_revision()")
