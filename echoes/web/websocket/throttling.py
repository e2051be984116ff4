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

    def wait(self, key: str, longest: float) -> float:
        """In how many seconds one more may pass. It counts if that is no longer than `longest`.

        What is refused costs nothing: else who tries on and on would be shut out for hours, and with them all
        at their address.
        """
        now = self.clock()
        if len(self._paid_until) >= MOST_KEYS:
            self._forget(now)
        until = max(now, self._paid_until.get(key, now)) + self.rate.interval
        wait = max(0.0, until - now - self.rate.burst_seconds)
        if wait <= longest:
            self._paid_until[key] = until
        return wait

    def _forget(self, now: float) -> None:
        self._paid_until = {key: until for key, until in self._paid_until.items() if until > now}
