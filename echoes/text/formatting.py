"""Format numbers, durations, plurals and times as people say them."""

from datetime import datetime
from math import ceil

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800
MEGABYTE = 1_000_000
MEBIBYTE = 1 << 20
SHORT = 45
"""Seconds that nobody counts."""
MOST_MINUTES = 90
"""From here on hours are told."""
QUEUED = "Waiting for its turn"
"""What is said of a clip or a film that has not begun."""
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
WITHOUT_CENTS = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
"""Currencies whose smallest unit is the whole one, as Stripe counts them."""


def pluralize(count: int, singular: str, plural: str = "") -> str:
    return f"{count} {counted_noun(count, singular, plural)}"


def counted_noun(count: int, singular: str, plural: str = "") -> str:
    """The word alone, where the number stands elsewhere."""
    return singular if count == 1 else plural or singular + "s"


def minutes_in_words(seconds: float) -> str:
    """Rounded up: "a minute", "5 minutes"."""
    minutes = max(1, ceil(seconds / MINUTE))
    return "a minute" if minutes == 1 else pluralize(minutes, "minute")


def about(seconds: float | None) -> str:
    """How long somebody may have to wait, rounded up: nobody minds what comes sooner."""
    if seconds is None:
        return ""
    if seconds <= SHORT:
        return "less than a minute"
    return f"about {minutes_in_words(MINUTE * max(1, round(seconds / MINUTE + 0.25)))}"


def when_to_try_again(seconds: float) -> str:
    """ "in a minute", "in 12 minutes", "in 3 hours", "in a day or so"."""
    if ceil(seconds / MINUTE) <= MOST_MINUTES:
        return f"in {minutes_in_words(seconds)}"
    hours = ceil(ceil(seconds / MINUTE) * MINUTE / HOUR)
    return f"in {pluralize(hours, 'hour')}" if seconds <= DAY else "in a day or so"


def time_ago(then: datetime, now: datetime) -> str:
    seconds = (now - then).total_seconds()
    if seconds < MINUTE:
        return "just now"
    for size, word in ((HOUR, "minute"), (DAY, "hour"), (WEEK, "day")):
        if seconds < size:
            unit = {"minute": MINUTE, "hour": HOUR, "day": DAY}[word]
            return f"{pluralize(int(seconds // unit), word)} ago"
    return f"{then:%-d %B %Y}" if then.year != now.year else f"{then:%-d %B}"


def duration(seconds: float) -> str:
    """0:07, 1:05, 1:02:09, as a player counts: a second shows when it is over."""
    whole = int(seconds)
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    return f"{hours}:{minutes:02}:{whole % MINUTE:02}" if hours else f"{minutes}:{whole % MINUTE:02}"


def file_size(byte_count: int) -> str:
    megabytes = byte_count / MEGABYTE
    return f"{megabytes:.0f} MB" if megabytes >= 10 else f"{max(megabytes, 0.1):.1f} MB"


def limit_in_words(byte_count: int) -> str:
    """5 GB, 50 MB: a limit that a setting names in units of 1024."""
    mebibytes = byte_count / MEBIBYTE
    return f"{mebibytes / 1024:.3g} GB" if mebibytes >= 1024 else f"{mebibytes:.0f} MB"


def date_in_words(moment: datetime) -> str:
    return f"{moment:%-d %B}"


def full_date(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"


def money(cents: int, currency: str) -> str:
    """$15, $2.25, 1,500 JPY: what every reader knows by its sign, else the currency's letters."""
    code = currency.upper()
    amount = cents / (1 if code in WITHOUT_CENTS else 100)
    number = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    sign = SIGNS.get(code)
    return f"{sign}{number}" if sign else f"{number} {code}"
