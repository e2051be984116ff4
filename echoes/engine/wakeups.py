"""Wake-ups of queue workers, which sleep until there may be work, instead of polling.

The threads that DBOS gives its queues wait on an event of ours (`dbos_adapter.internals.launch`), whose wait
ends early when a job was enqueued or a place became free, and lasts longer and longer when nothing happens.
"""

import threading
from collections import Counter

from echoes.database.notifications import Notifications
from echoes.dbos_adapter import internals

QUICK_SECONDS, SLOW_SECONDS = 0.25, 15.0
"""Right after a wake-up, because it may come a moment before a place is free; and when nothing happens."""
ALL = ""


class Wakeups:
    """Stands where DBOS puts the event that ends its queue threads: they ask `is_set`, and wait on it."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications
        self._changed = threading.Condition()
        self._is_set = False
        self._calls: Counter[str] = Counter()
        self._thread = threading.local()

    def set(self) -> None:
        with self._changed:
            self._is_set = True
            self._changed.notify_all()

    def is_set(self) -> bool:
        return self._is_set

    def wake(self, queue: str = ALL) -> None:
        with self._changed:
            self._calls[queue] += 1
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is the end. The timeout is the queue's polling interval, and longer after conflicts."""
        polling = timeout or QUICK_SECONDS
        pause = getattr(self._thread, "pause", QUICK_SECONDS)
        if not self._notifications.is_reliable:
            pause = polling
        with self._changed:
            woken = self._changed.wait_for(self._is_called, pause)
            self._thread.seen = self._count()
            self._thread.pause = QUICK_SECONDS if woken else min(2 * pause, max(SLOW_SECONDS, polling))
            return self._is_set

    def _is_called(self) -> bool:
        return self._is_set or self._count() != getattr(self._thread, "seen", 0)

    def _count(self) -> int:
        """Of calls for the queue of this thread."""
        return self._calls[ALL] + self._calls[internals.queue_of_this_thread()]


def launch(notifications: Notifications) -> Wakeups:
    """DBOS, whose queue threads wait on what is returned. Subscribe its `wake` to jobs."""
    wakeups = Wakeups(notifications)
    internals.launch(wakeups)
    return wakeups
