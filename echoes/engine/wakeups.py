"""Queue workers that sleep until there may be work. All that we know of how DBOS waits is in this module.

DBOS gives each queue a thread, which polls, and waits in between on the event that ends it, for the queue's
polling interval. We give it another such event, whose wait ends early when a job was enqueued or a place
became free, and lasts longer and longer when nothing happens. Its contract:
tests/engine/test_wakeups.py.
"""

import sys
import threading
from collections import Counter
from typing import cast

from dbos import DBOS
from dbos._dbos import _get_dbos_instance

from echoes.database.notifications import Notifications

QUICK_SECONDS, SLOW_SECONDS = 0.25, 15.0
"""Right after a wake-up, because it may come a moment before a place is free; and when nothing happens."""
SWEEP_SECONDS = 4.0
"""Between DBOS's own looks for delayed jobs and for those that take too long, of which we have neither. On
PostgreSQL it waits within a transaction, which it lets be idle for five seconds."""
WORKER = "queue-worker-"
"""What DBOS calls the thread of a queue. Its manager, which starts these threads, has no such name."""
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
        queue = threading.current_thread().name.removeprefix(WORKER)
        return self._calls[ALL] + self._calls[queue]


def launch(notifications: Notifications) -> Wakeups:
    """DBOS, whose queue threads wait on what is returned. Subscribe its `wake` to jobs."""
    wakeups, module = Wakeups(notifications), sys.modules[DBOS.__module__]
    original = vars(module)["queue_thread"]

    def queue_thread(stop: threading.Event, instance: DBOS) -> None:
        instance.background_thread_stop_events.append(cast("threading.Event", wakeups))
        if not stop.is_set():
            original(wakeups, instance)

    _get_dbos_instance()._background_jobs_stop_event = BackoffEvent()
    vars(module)["queue_thread"] = queue_thread
    try:
        DBOS.launch()
    finally:
        vars(module)["queue_thread"] = original
    return wakeups


class BackoffEvent(threading.Event):
    """Ends DBOS's own sweeps, which wait on it for what is left of a second."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(max(timeout, SWEEP_SECONDS) if timeout else timeout)
