"""One-time link: a random token that lets in one browser, ends by itself, and closes after many guesses."""

import hmac
import secrets
from collections.abc import Callable
from time import monotonic

SECONDS_TO_OPEN = 15 * 60.0
MOST_GUESSES = 20
"""By everybody together: whoever was given the link guesses nothing."""


class OneTimeLink:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.token = secrets.token_urlsafe(32)
        self._key = secrets.token_urlsafe(32)
        self._clock, self._ends = clock, clock() + SECONDS_TO_OPEN
        self._guesses, self.is_used = 0, False

    @property
    def is_open(self) -> bool:
        """Whether somebody may still come by it."""
        return not self.is_used and self._guesses < MOST_GUESSES and self._clock() < self._ends

    def redeem(self, token: str) -> str | None:
        """What the browser proves itself by from now on; None for a guess, and for all but the first."""
        is_right = hmac.compare_digest(token.encode(), self.token.encode())
        if not is_right:
            self._guesses += 1
        if not is_right or not self.is_open:
            return None
        self.is_used = True
        return self._key

    def knows(self, key: str) -> bool:
        """Whether this is the browser that came by the link."""
        return self.is_used and hmac.compare_digest(key.encode(), self._key.encode())
