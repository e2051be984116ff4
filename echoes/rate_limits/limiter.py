"""How often somebody may do something. Counted in this process, or in Redis for several of them."""

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
from echoes.settings import Settings, get_settings

IN_THIS_PROCESS = "memory://"
EXPORTS = 5
"""In an hour."""
ROTATIONS = 240
"""In a minute: nobody taps faster, and each rotation costs as much as a small upload."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of this, for one person or one address."""

    name: str
    item: RateLimitItem
    sentence: str


@dataclass(frozen=True, slots=True)
class Limits:
    sign_in: Limit
    upload: Limit
    take: Limit
    checkout: Limit
    password: Limit
    export: Limit
    rotation: Limit


def limits_of(settings: Settings) -> Limits:
    minute, hour = RateLimitItemPerMinute, RateLimitItemPerHour
    return Limits(
        sign_in=Limit(
            "sign-in", minute(settings.sign_ins_per_minute), "Those were a lot of sign-ins from your address."
        ),
        upload=Limit("upload", minute(settings.uploads_per_minute), "Those were a lot of files at once."),
        take=Limit("take", hour(settings.takes_per_hour), "Those were a lot of clips within an hour."),
        checkout=Limit("checkout", hour(settings.checkouts_per_hour), "Those were many purchases at once."),
        password=Limit("password", minute(settings.passwords_per_minute), "Those were a lot of attempts."),
        # Each reads every file that a person has.
        export=Limit("export", hour(EXPORTS), "You have fetched your data several times."),
        rotation=Limit("rotation", minute(ROTATIONS), "Those were a lot of turns at once."),
    )


class Turnstile:
    def __init__(self, storage_url: str, limits: Limits) -> None:
        self.limits = limits
        # Reflex and `limits` write the address of a socket in two ways: ours is Reflex's.
        storage = storage_from_string(storage_url.replace("unix:", "redis+unix:", 1), wrap_exceptions=True)
        self._window = MovingWindowRateLimiter(storage)

    def count(self, limit: Limit, who: str, amount: int = 1) -> None:
        """Raises TooOften, and then counts nothing."""
        try:
            if self._window.hit(limit.item, limit.name, who, cost=amount):
                return
            reset = self._window.get_window_stats(limit.item, limit.name, who).reset_time
        except StorageError:
            # Whoever waits before a shut door because our counter is down did nothing wrong.
            logger.exception("could not count %s, and let it pass", limit.name)
            return
        seconds = max(1, math.ceil(reset - time.time()))
        raise TooOften(f"{limit.sentence} Please try again {_later(seconds)}.", seconds)


def _later(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return "in a minute" if minutes <= 1 else f"in {minutes} minutes"


@cache
def get_turnstile() -> Turnstile:
    settings = get_settings()
    return Turnstile(settings.redis_url or IN_THIS_PROCESS, limits_of(settings))
