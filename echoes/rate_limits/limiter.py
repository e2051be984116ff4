"""Rate limiter.

How often somebody may do something. Counted in this process, or in Redis for several of them.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
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
EMAIL_LINKS = 5
"""In an hour to one address, whoever asks."""
INVITATION_MAILS = 40
"""In a day by one person: also by whoever takes each back and makes the next."""
PRINTED_CARDS = 20
"""In a minute: each reads fonts and draws a PDF."""
METRICS = 120
"""In a minute from one address: of some machines behind it, each asked every few seconds."""
OPT_OUTS = 60
"""In a minute from one address: mail programs of a whole provider ask from a few."""
REPLIES = 20
"""To films, in an hour from one address: a family's around one table."""
REPLIES_TO_ONE = 100
"""To one film in an hour, from everywhere."""
ROTATIONS = 240
"""In a minute: nobody taps faster, and each rotation costs as much as a small upload."""
WRONG_PASSWORDS = 30
"""Of one film, in an hour from one address: a family's around one table."""
WRONG_PASSWORDS_TO_ONE = 100
"""Of one film in an hour, from everywhere. One address alone cannot use them up and lock the others out."""

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
    passkey_options: RateLimit
    upload: RateLimit
    take: RateLimit
    checkout: RateLimit
    password: RateLimit
    invitation: RateLimit
    email_link: RateLimit
    invitation_mail: RateLimit
    opt_out: RateLimit
    metrics: RateLimit
    export: RateLimit
    rotation: RateLimit
    printed_card: RateLimit
    reply: RateLimit
    reply_to_one: RateLimit
    wrong_password: RateLimit
    wrong_password_to_one: RateLimit


def rate_limits_of(settings: Settings) -> RateLimits:
    minute, hour = RateLimitItemPerMinute, RateLimitItemPerHour
    return RateLimits(
        sign_in=RateLimit(
            "sign-in", minute(settings.sign_ins_per_minute), "That is a lot of sign-ins from your network."
        ),
        # Of its own: the sign-in page asks for them whenever it is opened, and nobody has tried anything yet.
        passkey_options=RateLimit(
            "passkey-options",
            minute(settings.sign_ins_per_minute),
            "That is a lot of sign-ins from your network.",
        ),
        upload=RateLimit("upload", minute(settings.uploads_per_minute), "That is a lot of files at once."),
        take=RateLimit("take", hour(settings.takes_per_hour), "That is a lot of clips for one hour."),
        checkout=RateLimit(
            "checkout", hour(settings.checkouts_per_hour), "That is a lot of purchases at once."
        ),
        password=RateLimit("password", minute(settings.passwords_per_minute), "That is a lot of attempts."),
        invitation=RateLimit(
            "invitation", minute(settings.passwords_per_minute), "That is a lot of attempts."
        ),
        email_link=RateLimit("email-link", hour(EMAIL_LINKS), "We have sent several links to this address."),
        invitation_mail=RateLimit(
            "invitation-mail",
            RateLimitItemPerDay(INVITATION_MAILS),
            "That is a lot of invitations by mail.",
        ),
        # Of its own: another site's page can send it, and must use up nobody's sign-ins by it.
        opt_out=RateLimit("opt-out", minute(OPT_OUTS), "That is a lot of attempts."),
        # Its token can be guessed like any other.
        metrics=RateLimit("metrics", minute(METRICS), "That is a lot of attempts."),
        # Each reads every file that a person has.
        export=RateLimit("export", hour(EXPORTS), "You have downloaded your data several times."),
        rotation=RateLimit("rotation", minute(ROTATIONS), "That is a lot of rotating at once."),
        printed_card=RateLimit("printed-card", minute(PRINTED_CARDS), "That is a lot of cards at once."),
        reply=RateLimit("reply", hour(REPLIES), "That is a lot of replies."),
        reply_to_one=RateLimit(
            "reply-to-one", hour(REPLIES_TO_ONE), "This film is getting a lot of replies right now."
        ),
        wrong_password=RateLimit(
            "wrong-password", hour(WRONG_PASSWORDS), "That is a lot of wrong passwords."
        ),
        wrong_password_to_one=RateLimit(
            "wrong-password-to-one",
            hour(WRONG_PASSWORDS_TO_ONE),
            "A lot of wrong passwords were tried for this film.",
        ),
    )


class RateLimiter:
    def __init__(self, storage_url: str, limits: RateLimits) -> None:
        self.limits = limits
        # Reflex and `limits` write the address of a socket in two ways: ours is Reflex's.
        storage = storage_from_string(storage_url.replace("unix:", "redis+unix:", 1), wrap_exceptions=True)
        self._window = MovingWindowRateLimiter(storage)

    def count(self, limit: RateLimit, who: str, amount: int = 1) -> None:
        """Raises TooOften, and then counts nothing."""
        self._require(limit, who, lambda: self._window.hit(limit.item, limit.name, who, cost=amount))

    def check(self, limit: RateLimit, who: str) -> None:
        """Raises TooOften where one more would be too many. Counts nothing: for what counts only once it was
        wrong. Several at one moment may all pass."""
        self._require(limit, who, lambda: self._window.test(limit.item, limit.name, who))

    def _require(self, limit: RateLimit, who: str, has_room: Callable[[], bool]) -> None:
        try:
            if has_room():
                return
            reset = self._window.get_window_stats(limit.item, limit.name, who).reset_time
        except StorageError:
            # Whoever is refused because our counter is down did nothing wrong.
            logger.exception("could not count %s, and let it pass", limit.name)
            return
        RATE_LIMITED.labels(limit.name).inc()
        seconds = max(1, math.ceil(reset - time.time()))
        raise TooOften(f"{limit.sentence} Please try again {when_to_try_again(seconds)}.", seconds)


@cache
def get_rate_limiter() -> RateLimiter:
    settings = get_settings()
    return RateLimiter(settings.redis_url or IN_THIS_PROCESS, rate_limits_of(settings))
