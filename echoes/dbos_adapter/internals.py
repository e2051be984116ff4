"""Private parts of the DBOS library: how its queue threads wait, what they take, recovery by executor, what
it logs.

DBOS gives each queue a thread, which polls, and waits in between on the event that ends it, for the queue's
polling interval. `launch` gives it another such event, of our own.
"""

import logging
import sys
import threading
from typing import Any, Protocol, cast

import sqlalchemy as sa
from dbos import DBOS, WorkflowStatus, error
from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME, GlobalParams

SCAN_SECONDS = 4.0
"""Between DBOS's own looks for delayed jobs and for those that take too long, of which we have neither. On
PostgreSQL it waits within a transaction, which it lets be idle for five seconds."""
QUEUE_THREAD = "queue-worker-"
"""What DBOS calls the thread of a queue. Its manager, which starts these threads, has no such name."""
LOGGER = "dbos"
EXPECTED = (error.DBOSAwaitedWorkflowCancelledError, error.DBOSWorkflowCancelledError)
EXPECTED_WORDS = (
    "was cancelled during execution",
    "is no longer owned by this execution",
    "Asyncio task cancelled",
    "The SQLite system database is for development and testing",
)


class StopEvent(Protocol):
    """What DBOS's queue threads ask of the event that ends them."""

    def set(self) -> None: ...

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is the end. The timeout is the queue's polling interval, and longer after conflicts."""
        ...


def launch(stop: StopEvent) -> None:
    """`DBOS.launch`, with queue threads that wait on this event and take no jobs that are unknown here, and
    scans that come less often."""
    module = sys.modules[DBOS.__module__]
    original = vars(module)["queue_thread"]

    def queue_thread(of_dbos: threading.Event, instance: DBOS) -> None:
        instance.background_thread_stop_events.append(cast("threading.Event", stop))
        take_known_jobs_only(instance)
        if not of_dbos.is_set():
            original(stop, instance)

    _get_dbos_instance()._background_jobs_stop_event = BackoffEvent()
    vars(module)["queue_thread"] = queue_thread
    try:
        DBOS.launch()
    finally:
        vars(module)["queue_thread"] = original


def take_known_jobs_only(instance: DBOS) -> None:
    """A queue's jobs of other names are left to workers that know them. DBOS would take them, find no
    function, and keep them until this process ends: those of a later release, during an upgrade."""
    database, known = instance._sys_db, instance._registry.workflow_info_map
    original = database._claim_gate

    def claim_gate(queue_name: str, partition_key: str | None) -> list[sa.ColumnElement[bool]]:
        name = database.tables.workflow_status.c.name
        return [*original(queue_name, partition_key), name.in_(sorted(known))]

    database._claim_gate = claim_gate  # type: ignore[method-assign]


class BackoffEvent(threading.Event):
    """Ends DBOS's own scans, which wait on it for what is left of a second."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(max(timeout, SCAN_SECONDS) if timeout else timeout)


def queue_of_this_thread() -> str:
    return threading.current_thread().name.removeprefix(QUEUE_THREAD)


def are_queues_watched() -> bool:
    """Whether a queue's thread lives: with none of them, no job is taken up."""
    return any(thread.name.startswith(QUEUE_THREAD) for thread in threading.enumerate())


def recover(executor_ids: list[str]) -> None:
    """Gives the jobs of dead workers back to their queues. Not DBOS's public `resume_workflow`, which forgets
    how often a job was tried: one that ends its process would do so for ever."""
    DBOS._recover_pending_workflows(executor_ids)


def claimed_and_idle(executor_id: str) -> set[str]:
    """Jobs that the database says this worker has, and that do not run in this process. One that ends or
    begins just now may be among them."""
    instance = _get_dbos_instance()
    claimed = instance._sys_db.get_pending_workflows(executor_id, GlobalParams.app_version)
    return {job.workflow_id for job in claimed} - set(instance._active_workflows_set.activeList())


def give_back(workflow_id: str, executor_id: str) -> None:
    """To its queue. If it runs after all, that execution stops at its next step."""
    database = _get_dbos_instance()._sys_db
    database.reenqueue_for_recovery(workflow_id, [executor_id], INTERNAL_QUEUE_NAME)


def argument_of(workflow: WorkflowStatus) -> Any:
    """What the job was asked for with; None when nothing is known of it."""
    return workflow.input["args"][0] if workflow.input else None


class ExpectedMessagesFilter(logging.Filter):
    """DBOS speaks loudly of some things that are nothing to worry about. A cancelled job is no error, and our
    README says what SQLite is for."""

    def filter(self, record: logging.LogRecord) -> bool:
        raised = record.exc_info[1] if record.exc_info else None
        return not isinstance(raised, EXPECTED) and not any(
            words in record.getMessage() for words in EXPECTED_WORDS
        )


def quiet_logs() -> None:
    logger = logging.getLogger(LOGGER)
    if not any(isinstance(known, ExpectedMessagesFilter) for known in logger.filters):
        logger.addFilter(ExpectedMessagesFilter())
