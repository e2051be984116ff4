"""Rate limiter.

How often somebody may do something. Counted in this process, or in Redis for several of them.
"""

import logging
import math
import time
from dataclasses import dataclass
from functools import cache

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from echoes.errors import TooOften
from echoes.observability.metrics import RATE_LIMITED
from echoes.settings import Settings, get_settings
from echoes.text.formatting import when_to_try_again

IN_THIS_PROCESS = "memory://"
EXPORTS = 5
"""In an hour."""
ROTATIONS = 240
"""In a minute: nobody taps faster, and each rotation costs as much as a small upload."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many of this, for one person or one address."""

    name: str
    item: RateLimitItem
    sentence: str


@dataclass(frozen=True, slots=True)
class RateLimits:
    sign_in: RateLimit
    upload: RateLimit
    take: RateLimit
    checkout: RateLimit
    password: RateLimit
    export: RateLimit
    rotation: RateLimit


def rate_limits_of(settings: Settings) -> RateLimits:
    minute, hour = RateLimitItemPerMinute, RateLimitItemPerHour
    return RateLimits(
        sign_in=RateLimit(
            "sign-in", minute(settings.sign_ins_per_minute), "That is a lot of sign-ins from your network."
        ),
        upload=RateLimit("upload", minute(settings.uploads_per_minute), "That is a lot of files at once."),
        take=RateLimit("take", hour(settings.takes_per_hour), "That is a lot of clips for one hour."),
        checkout=RateLimit(
            "checkout", hour(settings.checkouts_per_hour), "That is a lot of purchases at once."
        ),
        password=RateLimit("password", minute(settings.passwords_per_minute), "That is a lot of attempts."),
        # Each reads every file that a person has.
        export=RateLimit("export", hour(EXPORTS), "You have downloaded your data several times."),
        rotation=RateLimit("rotation", minute(ROTATIONS), "That is a lot of rotating at once."),
    )


class RateLimiter:
    def __init__(self, storage_url: str, limits: RateLimits) -> None:
        self.limits = limits
        # Reflex and `limits` write the address of a socket in two ways: ours is Reflex's.
        storage = storage_from_string(storage_url.replace("unix:", "redis+unix:", 1), wrap_exceptions=True)
        self._window = MovingWindowRateLimiter(storage)

    def count(self, limit: RateLimit, who: str, amount: int = 1) -> None:
        """Raises TooOften, and then counts nothing."""
        try:
            if self._window.hit(limit.item, limit.name, who, cost=amount):
                return
            reset = self._window.get_window_stats(limit.item, limit.name, who).reset_time
        except StorageError:
            # Whoever waits before a shut door because our counter is down did nothing wrong.
            logger.exception("could not count %s, and let it pass", limit.name)
            return
        RATE_LIMITED.labels(limit.name).inc()
        seconds = max(1, math.ceil(reset - time.time()))
        raise TooOften(f"{limit.sentence} Please try again {when_to_try_again(seconds)}.", seconds)


@cache
def get_rate_limiter() -> RateLimiter:
    settings = get_settings()
    return RateLimiter(settings.redis_url or IN_THIS_PROCESS, rate_limits_of(settings))
