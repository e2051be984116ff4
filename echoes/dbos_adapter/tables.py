"""DBOS's system tables: names, columns, statuses, and the SQL that we run on them. Imports no DBOS."""

from collections.abc import Iterator
from enum import StrEnum

import sqlalchemy as sa

SCHEMA = "dbos"
"""On PostgreSQL. On SQLite they stand among our own."""
WORKFLOWS, INPUTS, QUEUES, TRANSACTIONS = "workflow_status", "workflow_input", "queues", "datasource_outputs"
COLUMNS = {
    WORKFLOWS: (
        *("workflow_uuid", "status", "name", "class_name", "config_name", "queue_name", "priority"),
        *("created_at", "started_at_epoch_ms", "completed_at", "authenticated_user", "rate_limited"),
        *("executor_id", "recovery_attempts", "creator_xid", "serialization"),
    ),
    INPUTS: ("workflow_uuid",),
    QUEUES: ("name", "rate_limit_max", "rate_limit_period_sec"),
    TRANSACTIONS: ("workflow_id", "step_id"),
}
"""Those that we read or write. A workflow is what we call a job; its id is `jobs.requests.workflow_id`."""


class WorkflowState(StrEnum):
    ENQUEUED = "ENQUEUED"
    DELAYED = "DELAYED"
    PENDING = "PENDING"
    """A worker has it."""
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    CANCELLED = "CANCELLED"
    MAX_RECOVERY_ATTEMPTS_EXCEEDED = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


UNDER_WAY = [WorkflowState.ENQUEUED, WorkflowState.PENDING, WorkflowState.DELAYED]
GIVEN_UP = [WorkflowState.ERROR, WorkflowState.CANCELLED, WorkflowState.MAX_RECOVERY_ATTEMPTS_EXCEEDED]
OVER = [WorkflowState.SUCCESS, *GIVEN_UP]

SQLITE_QUEUES = """
SELECT queue_name, sum(status = 'ENQUEUED'), sum(status = 'PENDING') FROM workflow_status
WHERE status IN ('ENQUEUED', 'PENDING') AND queue_name IS NOT NULL GROUP BY queue_name
"""
"""Of each queue, how many jobs wait and are worked on."""
IS_NOTIFYING = "SELECT FROM pg_trigger WHERE tgname = 'echoes_job_waits'"
IS_GUARDED = f"SELECT FROM pg_policies WHERE schemaname = '{SCHEMA}' AND policyname = 'app'"


def table(name: str, engine: sa.Engine) -> sa.TableClause:
    """One of COLUMNS, where it is in this database."""
    schema = None if engine.dialect.name == "sqlite" else SCHEMA
    return sa.table(name, *map(sa.column, COLUMNS[name]), schema=schema)


def forget_transactions_of_nothing(engine: sa.Engine) -> sa.Delete:
    """Deleting a workflow leaves what the datasource remembers of one that was cancelled."""
    transactions, workflows = table(TRANSACTIONS, engine), table(WORKFLOWS, engine)
    known = sa.select(workflows.c.workflow_uuid)
    return sa.delete(transactions).where(transactions.c.workflow_id.not_in(known))


def notify_of_queues(channel: str) -> str:
    """On PostgreSQL, triggers that name the queue in which a job waits or a place became free."""
    return f"""
CREATE OR REPLACE FUNCTION {SCHEMA}.echoes_notify_queue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('{channel}', NEW.queue_name);
    RETURN NULL;
END $$;
CREATE TRIGGER echoes_job_waits AFTER INSERT ON {SCHEMA}.{WORKFLOWS}
    FOR EACH ROW WHEN (NEW.status = 'ENQUEUED')
    EXECUTE FUNCTION {SCHEMA}.echoes_notify_queue();
CREATE TRIGGER echoes_place_is_free AFTER UPDATE OF status ON {SCHEMA}.{WORKFLOWS}
    FOR EACH ROW WHEN (NEW.queue_name IS NOT NULL AND NEW.status <> 'PENDING' AND OLD.status <> NEW.status)
    EXECUTE FUNCTION {SCHEMA}.echoes_notify_queue();
"""


def guard(app_role: str, service_role: str) -> Iterator[str]:
    """Statements after which a user may ask for a job on PostgreSQL, and sees no jobs but those. The columns
    are those that DBOS reads and writes when a job is asked for in a transaction of ours."""
    workflows, inputs = f"{SCHEMA}.{WORKFLOWS}", f"{SCHEMA}.{INPUTS}"
    own = "authenticated_user = current_setting('echoes.user_id', true)"
    of_own_job = f"EXISTS (SELECT FROM {workflows} job WHERE job.workflow_uuid = {INPUTS}.workflow_uuid)"
    for name, rule in ((workflows, own), (inputs, of_own_job)):
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY service ON {name} TO {service_role} USING (true) WITH CHECK (true)"
        yield f"CREATE POLICY app ON {name} TO {app_role} USING ({rule}) WITH CHECK ({rule})"
    returned = "workflow_uuid, status, name, class_name, config_name, queue_name, creator_xid, serialization"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {app_role}"
    yield f"GRANT INSERT, UPDATE (creator_xid) ON {workflows} TO {app_role}"
    yield f"GRANT SELECT ({returned}, authenticated_user) ON {workflows} TO {app_role}"
    yield f"GRANT INSERT, SELECT (workflow_uuid) ON {inputs} TO {app_role}"
