"""What waits in the job engine's tables."""

import sqlalchemy as sa

from echoes.database import get_database


def enqueued() -> list[str]:
    """Ids of workflows that wait to be run, oldest first."""
    query = "SELECT workflow_uuid FROM workflow_status WHERE status = 'ENQUEUED' ORDER BY created_at"
    with get_database().system_engine.connect() as connection:
        return list(connection.execute(sa.text(query)).scalars())
