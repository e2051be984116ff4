"""Rate limits that slow down instead of refusing: the generic cell rate algorithm (GCRA), in this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a minute, of which as many as come within `burst_seconds` of it may come at once."""

    per_minute: int
    burst_seconds: float = 20.0

    @property
    def interval(self) -> float:
        return 60.0 / self.per_minute


@dataclass
class Throttle:
    """How long whoever sends faster than their rate has to wait. Forgets who has been quiet."""

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    _paid_until: dict[str, float] = field(default_factory=dict)
    """For each key, when all that it has sent would be over at an even pace."""

    def wait(self, key: str) -> float:
        """Counts one, and says in how many seconds it may pass."""
        now = self.clock()
        if len(self._paid_until) >= MOST_KEYS:
            self._forget(now)
        until = max(now, self._paid_until.get(key, now)) + self.rate.interval
        self._paid_until[key] = until
        return max(0.0, until - now - self.rate.burst_seconds)

    def _forget(self, now: float) -> None:
        self._paid_until = {key: until for key, until in self._paid_until.items() if until > now}
