"""Stale-job recovery and deletion of old history: what `engine.schedules` does every few minutes."""

import logging
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from echoes.database import get_database
from echoes.dbos_adapter.internals import argument_of
from echoes.dbos_adapter.tables import GIVEN_UP, OVER, UNDER_WAY, forget_transactions_of_nothing
from echoes.engine import registry
from echoes.jobs.base import Job
from echoes.jobs.lifecycle import RowJob, failed
from echoes.jobs.outcomes import JobTable
from echoes.jobs.requests import client, workflow_id
from echoes.models import UNFINISHED, Take, now

HISTORY_AGE = timedelta(days=7)
BATCH = 500

STALE = failed(
    "left_behind",
    "This was interrupted too often, so we stopped trying. Please try again.",
    "the job ended without settling its row",
)

logger = logging.getLogger(__name__)


def fail_stale_jobs() -> int:
    """A job that used up its attempts, or failed in our own code, cannot end its row itself."""
    return _fail_stale_rows() + sum(map(_settle_given_up, _jobs_without_row()))


def delete_old_history() -> None:
    """What the engine remembers of jobs that ended long ago. The rows remember for ever."""
    before = (now() - HISTORY_AGE).isoformat()
    while _delete_some(before) == BATCH:
        pass  # On a busy day an hour brings more than one batch.
    with get_database().unscoped() as session:
        session.execute(forget_transactions_of_nothing(get_database().engine))


def _delete_some(before: str) -> int:
    dbos = client(get_database())
    old = dbos.list_workflows(
        status=list(OVER), completed_before=before, limit=BATCH, load_input=False, load_output=False
    )
    dbos.delete_workflows([workflow.workflow_id for workflow in old])
    return len(old)


def _fail_stale_rows() -> int:
    """A row is lost when none of the jobs that work on its table is under way for it."""
    by_table: dict[JobTable, list[RowJob]] = {}
    for job in registry.jobs():
        if isinstance(job, RowJob):
            by_table.setdefault(job.table, []).append(job)
    return sum(_fail_stale_rows_of(jobs) for jobs in by_table.values())


def _fail_stale_rows_of(jobs: list[RowJob]) -> int:
    """The rows are read before the jobs: one that settles in between has ended, and stays as it is."""
    rows = _unfinished(jobs[0].table)
    under_way = _under_way([workflow_id(job.name, row_id) for job in jobs for row_id, _ in rows])
    lost = [
        (row_id, owner_id)
        for row_id, owner_id in rows
        if not any(workflow_id(job.name, row_id) in under_way for job in jobs)
    ]
    return sum(_settle(jobs[0], row_id, owner_id) for row_id, owner_id in lost)


def _settle(job: RowJob, row_id: UUID, owner_id: UUID) -> bool:
    with get_database().unscoped() as session:
        is_settled = job.settle(session, str(row_id), STALE)
    job.discard_unwanted(str(row_id), list(job.file_keys(owner_id, row_id)))
    if is_settled:
        logger.warning("the job to %s, %s, was left behind and is settled as failed", job.name.label, row_id)
    return is_settled


def _jobs_without_row() -> list[Job]:
    return [job for job in registry.jobs() if not isinstance(job, RowJob)]


def _settle_given_up(job: Job) -> int:
    given_up = client(get_database()).list_workflows(
        name=job.name.value, status=list(GIVEN_UP), load_output=False
    )
    settled = 0
    for workflow in given_up:
        if (subject := argument_of(workflow)) is not None:
            with get_database().unscoped() as session:
                settled += job.settle_given_up(session, subject)
    return settled


def _unfinished(table: JobTable) -> list[tuple[UUID, UUID]]:
    """Takes that wait for an operator have no job yet."""
    rows = select(table.id, table.owner_id).where(col(table.status).in_(UNFINISHED))
    if table is Take:
        rows = rows.where(col(Take.held_at).is_(None))
    with get_database().reading() as session:
        return [(row_id, owner_id) for row_id, owner_id in session.exec(rows)]


def _under_way(workflow_ids: list[str]) -> set[str]:
    """Asked in this order: a job that hands over meanwhile is seen before what follows on it."""
    found: set[str] = set()
    for start in range(0, len(workflow_ids), BATCH):
        batch = client(get_database()).list_workflows(
            workflow_ids=workflow_ids[start : start + BATCH], load_input=False, load_output=False
        )
        found |= {workflow.workflow_id for workflow in batch if workflow.status in UNDER_WAY}
    return found
