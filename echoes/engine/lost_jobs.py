"""Recovery of lost jobs: those that this worker has claimed and does not run go back to their queues.

A database that ends in the moment of a claim may have committed it all the same. The worker never hears of
what it has, and no other takes it up: its lease says that it is alive.
"""

import logging
import threading
import time

from echoes.dbos_adapter import internals

LOOK_SECONDS = 10.0
LOST_AFTER = 20.0
"""Between two looks that both find it idle. Soon after a claim a job may not have begun yet."""

logger = logging.getLogger(__name__)


class LostJobs:
    """Of the worker of this name. Looks in a thread: jobs may be what is stuck."""

    def __init__(self, executor_id: str, after: float = LOST_AFTER) -> None:
        self._executor_id, self._after = executor_id, after
        self._idle_since: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="lost-jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a database that is away."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=1.0)

    def give_back(self) -> list[str]:
        """Those that were idle before, and for long; by their ids."""
        now, idle = time.monotonic(), internals.claimed_and_idle(self._executor_id)
        lost = [job for job in idle if now - self._idle_since.get(job, now + 1) >= self._after]
        self._idle_since = {job: self._idle_since.get(job, now) for job in idle if job not in lost}
        for job in lost:
            logger.warning("the job %s was claimed and never begun: it goes back to its queue", job)
            internals.give_back(job, self._executor_id)
        return lost

    def _keep_looking(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self.give_back()
            except Exception:
                logger.exception("lost jobs could not be looked for; trying again")
