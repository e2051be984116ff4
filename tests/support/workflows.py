"""What waits in the job engine's tables."""

import sqlalchemy as sa

from echoes.database import get_database
from echoes.jobs.requests import client


def enqueued() -> list[str]:
    """Ids of workflows that wait to be run, oldest first."""
    query = "SELECT workflow_uuid FROM workflow_status WHERE status = 'ENQUEUED' ORDER BY created_at"
    with get_database().system_engine.connect() as connection:
        return list(connection.execute(sa.text(query)).scalars())


def said_to(workflow_id: str) -> str:
    """What the workflow's body gets."""
    (workflow,) = client(get_database()).list_workflows(workflow_ids=[workflow_id])
    assert workflow.input is not None
    return str(workflow.input["args"][0])
