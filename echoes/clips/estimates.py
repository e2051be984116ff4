"""Queue position and ETA of a take.

Where a take stands in its line and when it may be ready: measured on late takes, or not said at all.
"""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import col, select

from echoes.database import get_database
from echoes.jobs.names import JobName
from echoes.jobs.queues import QueueLength, clips_queue, left_today, queue_lengths
from echoes.jobs.requests import workflow_id
from echoes.models import JobStatus, Take, now

FEWEST = 5
"""Of so few takes nothing is concluded."""
LATE = 40
FRESH_SECONDS = 2.0
OLDEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class WaitEstimate:
    """None: not known."""

    ahead: int | None = None
    """How many come before it in our own line."""
    seconds: float | None = None
    waits_for_tomorrow: bool = False
    """As many as are made in a day have begun, or will have before it."""


@dataclass(frozen=True)
class QueueTraffic:
    """All lines, and how long a take of each provider and model took lately."""

    lines: dict[str, QueueLength] = field(default_factory=dict)
    durations: dict[tuple[str, str], float] = field(default_factory=dict)
    left_today: dict[str, int] = field(default_factory=dict)
    """How many more may begin, in lines of which only so many may in a day."""

    def estimate(self, take: Take, moment: datetime) -> WaitEstimate:
        queue = clips_queue(take.provider)
        line = self.lines.get(queue, QueueLength())
        usual = self.durations.get((take.provider, take.model))
        ahead = line.waiting.get(workflow_id(JobName.GENERATE_TAKE, take.id))
        if ahead is not None and ahead >= self.left_today.get(queue, ahead + 1):
            return WaitEstimate(ahead, waits_for_tomorrow=True)
        if ahead is not None:
            return WaitEstimate(ahead, _until_made(usual, ahead, line.working))
        if usual is None or take.started_at is None:
            return WaitEstimate()
        left = usual - (moment - take.started_at).total_seconds()
        return WaitEstimate(None, left if left > 0 else None)


def queue_traffic() -> QueueTraffic:
    """The same for all pages of this process within two seconds."""
    return _watched.now()


def _until_made(usual: float | None, ahead: int, working: int) -> float | None:
    """While a line waits, all places are taken, so one gets free each `usual / working` seconds."""
    if usual is None or working == 0:
        return None
    return usual * (1 + (ahead + 1) / working)


class _Watched:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: QueueTraffic | None = None
        self._due = 0.0
        self._database: object = None

    def now(self) -> QueueTraffic:
        with self._lock:
            database = get_database()
            if self._seen is None or self._database is not database or time.monotonic() > self._due:
                self._seen, self._database = (
                    QueueTraffic(queue_lengths(), _durations(), left_today()),
                    database,
                )
                self._due = time.monotonic() + FRESH_SECONDS
            return self._seen


_watched = _Watched()


def _durations() -> dict[tuple[str, str], float]:
    """Of everybody's takes, so not in a user's session; and not by its pool, which that session may have
    taken the last connection of."""
    query = (
        select(Take.provider, Take.model, Take.started_at, Take.ended_at)
        .where(
            col(Take.status) == JobStatus.SUCCEEDED,
            col(Take.started_at).is_not(None),
            col(Take.ended_at) > now() - OLDEST,
        )
        .order_by(col(Take.ended_at).desc())
        .limit(10 * LATE)
    )
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    with get_database().system_engine.connect() as connection:
        for provider, model, began, ended in connection.execute(query):
            if len(late := found[provider, model]) < LATE:
                late.append((ended - began).total_seconds())
    return {key: median(late) for key, late in found.items() if len(late) >= FEWEST}
