"""What nobody waits for, but somebody has to do: settle rows that were left behind, and sweep."""

import logging
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, ScheduleInput
from sqlmodel import col, select

from echoes.database import get_database
from echoes.database.workflows import CONTROL, client, workflow_id
from echoes.jobs.bodies import JOBS
from echoes.making import Ending, Job
from echoes.models import UNFINISHED, now
from echoes.settings import get_settings

UNDER_WAY = ("ENQUEUED", "PENDING", "DELAYED")
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
SCRATCH_AGE = timedelta(days=1)
HISTORY_AGE = timedelta(days=7)
BATCH = 500

LEFT_BEHIND = Ending(
    made=None,
    kind="left_behind",
    sentence="This was interrupted too often and was given up. Please try again.",
    cause="the job ended without settling its row",
    retryable=False,
)

logger = logging.getLogger(__name__)


def register() -> list[ScheduleInput]:
    """Scheduled, so that of many workers one does it."""

    @DBOS.workflow(name="settle_lost")
    def settle(_due: datetime, _context: Any) -> None:
        settle_lost()

    @DBOS.workflow(name="sweep")
    def sweep(_due: datetime, _context: Any) -> None:
        forget_history()
        sweep_scratch()

    return [
        ScheduleInput(
            schedule_name="settle_lost", workflow_fn=settle, schedule="*/10 * * * *", queue_name=CONTROL
        ),
        ScheduleInput(schedule_name="sweep", workflow_fn=sweep, schedule="23 * * * *", queue_name=CONTROL),
    ]


def settle_lost() -> int:
    """A job that used up its attempts, or failed in our own code, cannot end its row itself."""
    return sum(_settle_lost(workflow, job) for workflow, job in JOBS.items())


def forget_history() -> None:
    before = (now() - HISTORY_AGE).isoformat()
    dbos = client(get_database())
    old = dbos.list_workflows(
        status=OVER, completed_before=before, limit=BATCH, load_input=False, load_output=False
    )
    if old:
        dbos.delete_workflows([workflow.workflow_id for workflow in old])


def sweep_scratch() -> None:
    """What killed processes left: scratch of jobs, and uploads that nobody went on with."""
    settings = get_settings()
    oldest = time.time() - SCRATCH_AGE.total_seconds()
    for folder in (settings.work_dir, settings.incoming_dir):
        for path in folder.iterdir() if folder.is_dir() else ():
            if _newest_change(path) < oldest:
                _remove(path)


def _settle_lost(workflow: str, job: Job) -> int:
    """The rows are read before the jobs: one that settles in between has ended, and stays as it is."""
    with get_database().reading() as session:
        rows = {
            workflow_id(workflow, row_id): (row_id, owner_id)
            for row_id, owner_id in session.exec(
                select(job.table.id, job.table.owner_id).where(col(job.table.status).in_(UNFINISHED))
            )
        }
    settled = 0
    for lost in rows.keys() - _under_way(list(rows)):
        row_id, owner_id = rows[lost]
        with get_database().unscoped() as session:
            settled += job.settle(session, str(row_id), LEFT_BEHIND)
        job.discard_unwanted(str(row_id), list(job.file_keys(owner_id, row_id)))
        logger.warning("%s was left behind and is settled as failed", lost)
    return settled


def _under_way(workflow_ids: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(workflow_ids), BATCH):
        batch = client(get_database()).list_workflows(
            workflow_ids=workflow_ids[start : start + BATCH], load_input=False, load_output=False
        )
        found |= {workflow.workflow_id for workflow in batch if workflow.status in UNDER_WAY}
    return found


def _newest_change(path: Path) -> float:
    """A folder may be old, and what is written in it new."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max((entry.lstat().st_mtime for entry in (path, *inside)), default=0.0)


def _remove(path: Path) -> None:
    logger.info("sweeping %s", path.name)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
