"""Worker leases and stale-worker recovery.

Many workers on one PostgreSQL: each renews a lease; the jobs of one that stopped are given to others.
"""

import logging
import threading
import time
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete, select

from echoes.database import Database
from echoes.dbos_adapter.internals import recover
from echoes.dbos_adapter.tables import WorkflowState
from echoes.jobs.requests import client
from echoes.models import WorkerLease

RENEWALS_PER_LEASE = 5
STALE_WORKERS_LOCK = 0x6563686F6573
FORGET_AFTER = timedelta(days=1)

logger = logging.getLogger(__name__)


class Lease:
    """Taken before the engine starts, else a peer may think it dead after its first job."""

    def __init__(self, database: Database, executor_id: str, seconds: float) -> None:
        self._database, self._executor_id = database, executor_id
        self._length = timedelta(seconds=seconds)
        self._pause = seconds / RENEWALS_PER_LEASE
        self._renewed_at = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-lease", daemon=True)

    def take(self) -> None:
        self._renew()

    def keep(self) -> None:
        """A thread and not a job: jobs may be what is stuck."""
        self._thread.start()

    @property
    def is_fresh(self) -> bool:
        """By this machine's clock. Others look at the database's."""
        return time.monotonic() - self._renewed_at < self._length.total_seconds()

    def give_up(self) -> None:
        """What this worker did not finish may be taken up at once."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=self._pause + 5)
        with self._database.unscoped() as session:
            session.exec(delete(WorkerLease).where(col(WorkerLease.executor_id) == self._executor_id))

    def _keep(self) -> None:
        while True:
            try:
                self._renew()
                recover_stale_workers(self._database, self._length)
            except Exception:
                logger.exception("the worker's lease could not be renewed; trying again")
            if self._ended.wait(self._pause):
                return

    def _renew(self) -> None:
        lease = insert(WorkerLease).values(
            executor_id=self._executor_id, renewed_at=sa.func.clock_timestamp()
        )
        renewed = {"renewed_at": lease.excluded.renewed_at}
        with self._database.unscoped() as session:
            session.exec(lease.on_conflict_do_update(index_elements=["executor_id"], set_=renewed))
        self._renewed_at = time.monotonic()


def recover_stale_workers(database: Database, lease: timedelta) -> list[str]:
    """Gives the jobs of dead workers back to their queues. One worker at a time does this."""
    with database.unscoped() as session:
        if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(STALE_WORKERS_LOCK))):
            return []
        session.exec(delete(WorkerLease).where(col(WorkerLease.renewed_at) < _ago(FORGET_AFTER)))
        dead = sorted(_working(database) - alive_workers(session, lease))
        if dead:
            logger.warning("taking up the jobs of workers that are gone: %s", ", ".join(dead))
            recover(dead)
        return dead


def _working(database: Database) -> set[str]:
    pending = client(database).list_workflows(
        status=WorkflowState.PENDING, load_input=False, load_output=False
    )
    return {workflow.executor_id for workflow in pending if workflow.executor_id}


def alive_workers(session: Session, lease: timedelta) -> set[str]:
    """Those whose lease has not run out, by the database's clock."""
    fresh = col(WorkerLease.renewed_at) >= _ago(lease)
    return set(session.exec(select(WorkerLease.executor_id).where(fresh)))


def _ago(length: timedelta) -> sa.ColumnElement[datetime]:
    return _clock() - sa.literal(length, sa.Interval)


def _clock() -> sa.Function[datetime]:
    """The database's, which all workers share."""
    return sa.func.clock_timestamp(type_=sa.DateTime(timezone=True))
