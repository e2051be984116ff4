"""Dates in words: when the photographs of a film were taken."""

from collections.abc import Collection
from datetime import datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def span_in_words(taken: Collection[datetime]) -> str:
    """Such as “12 July 1987”, “July 1987”, “June – August 1987” or “1985 – 1991”; nothing without dates."""
    if not taken:
        return ""
    first, last = min(taken), max(taken)
    if first.year != last.year:
        return f"{first.year} – {last.year}"
    if first.month != last.month:
        return f"{MONTHS[first.month - 1]} – {MONTHS[last.month - 1]} {first.year}"
    day = f"{first.day} " if first.date() == last.date() else ""
    return f"{day}{MONTHS[first.month - 1]} {first.year}"
