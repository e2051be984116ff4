"""An account that is deleted takes the words of its ledger entries along: they name photographs.

The ledger refused any change but that the owner goes; now the note may become empty in the same change.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIXED = ("id", "created_at", "kind", "reference", "amount", "balance_after", "debt_after", "subject_id")
REFUSAL = "credit entries are never changed or deleted"
FORGOTTEN = "(NEW.note = OLD.note OR NEW.note = '')"


def upgrade() -> None:
    _replace(FIXED, FORGOTTEN)


def downgrade() -> None:
    _replace((*FIXED, "note"), "true")


def _replace(fixed: Sequence[str], words: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        _replace_on_sqlite(fixed, words)
    else:
        _replace_on_postgresql(fixed, words)


def _replace_on_sqlite(fixed: Sequence[str], words: str) -> None:
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in fixed)
    op.execute("DROP TRIGGER credit_entries_unchanged")
    op.execute(
        "CREATE TRIGGER credit_entries_unchanged BEFORE UPDATE ON credit_entries"
        f" WHEN NOT (NEW.owner_id IS NULL AND {same} AND {words})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _replace_on_postgresql(fixed: Sequence[str], words: str) -> None:
    new, old = (", ".join(f"{row}.{column}" for column in fixed) for row in ("NEW", "OLD"))
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION refuse_change_of_credit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.owner_id IS NULL AND ROW({new}) IS NOT DISTINCT FROM ROW({old}) AND {words} THEN
                    NEW.note := '';
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION '{REFUSAL}';
        END $$
        """
    )
