"""The ledger is append-only: the database itself refuses to change or delete an entry.

The one change that it allows: the owner goes when that person's account is deleted, and with the owner what
was written for them to read, which may name what was theirs.

Revision ID: 0003
Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIXED = ("id", "created_at", "kind", "reference", "amount", "balance_after", "debt_after", "subject_id")
REFUSAL = "credit entries are never changed or deleted"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for trigger in ("unchanged", "undeleted", "nameless"):
            op.execute(f"DROP TRIGGER credit_entries_{trigger}")
        return
    op.execute("DROP TRIGGER credit_entries_unchanged ON credit_entries")
    op.execute("DROP TRIGGER credit_entries_undeleted ON credit_entries")
    op.execute("DROP FUNCTION refuse_change_of_credit_entry()")


def _refuse_on_sqlite() -> None:
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in FIXED)
    op.execute(
        "CREATE TRIGGER credit_entries_unchanged BEFORE UPDATE ON credit_entries"
        f" WHEN NOT (NEW.owner_id IS NULL AND NEW.note IN (OLD.note, '') AND {same})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER credit_entries_undeleted BEFORE DELETE ON credit_entries"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER credit_entries_nameless AFTER UPDATE ON credit_entries WHEN NEW.note <> ''"
        " BEGIN UPDATE credit_entries SET note = '' WHERE id = NEW.id; END"
    )


def _refuse_on_postgresql() -> None:
    """A trigger and no rule: a rule would swallow the change without a word."""
    new, old = (", ".join(f"{row}.{column}" for column in FIXED) for row in ("NEW", "OLD"))
    op.execute(
        f"""
        CREATE FUNCTION refuse_change_of_credit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.owner_id IS NULL AND NEW.note IN (OLD.note, '')
                    AND ROW({new}) IS NOT DISTINCT FROM ROW({old})
                THEN
                    NEW.note := '';
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION '{REFUSAL}';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER credit_entries_unchanged BEFORE UPDATE OR DELETE ON credit_entries"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_credit_entry()"
    )
    op.execute(
        "CREATE TRIGGER credit_entries_undeleted BEFORE TRUNCATE ON credit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_credit_entry()"
    )
