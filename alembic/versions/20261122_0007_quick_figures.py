"""Lists of jobs narrowed by what operators ask, figures and sums of the ledger come out of indexes alone.

An index by one column alone gives way to one that begins with it.

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OLD = {
    "ix_takes_owner_id": ("takes", ["owner_id"]),
    "ix_takes_status": ("takes", ["status"]),
    "ix_videos_status": ("videos", ["status"]),
    "ix_credit_entries_owner_id": ("credit_entries", ["owner_id"]),
}
NEW = {
    "ix_takes_owner_id_id": ("takes", ["owner_id", "id"]),
    "ix_takes_status_id": ("takes", ["status", "id"]),
    "ix_takes_provider_id": ("takes", ["provider", "id"]),
    "ix_takes_failure_kind_id": ("takes", ["failure_kind", "id"]),
    "ix_takes_figures": (
        "takes",
        ["created_at", "status", "provider", "failure_kind", "provider_cost", "size_bytes"],
    ),
    "ix_videos_status_id": ("videos", ["status", "id"]),
    "ix_videos_failure_kind_id": ("videos", ["failure_kind", "id"]),
    "ix_videos_figures": ("videos", ["created_at", "status", "size_bytes"]),
    "ix_credit_entries_sums": ("credit_entries", ["owner_id", "amount"]),
}

Indexes = dict[str, tuple[str, list[str]]]


def upgrade() -> None:
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)


def _replace(old: Indexes, new: Indexes) -> None:
    for name, (table, _) in old.items():
        op.drop_index(name, table)
    for name, (table, columns) in new.items():
        op.create_index(name, table, columns)
