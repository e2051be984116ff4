"""Retention of backups: which are kept, of so many days and so many weeks."""

from collections.abc import Callable, Iterable
from datetime import date, datetime


def kept(moments: Iterable[datetime], daily: int, weekly: int) -> set[datetime]:
    """The last of each of the newest `daily` days and `weekly` weeks that have any, by UTC. So nothing goes
    only because time passes: where no backup succeeds any more, the last ones stay."""
    newest_first = sorted(moments, reverse=True)
    return {*_last_of_each(newest_first, datetime.date, daily), *_last_of_each(newest_first, _week, weekly)}


def _last_of_each(
    newest_first: list[datetime], period: Callable[[datetime], date | tuple[int, int]], count: int
) -> list[datetime]:
    last: dict[date | tuple[int, int], datetime] = {}
    for moment in newest_first:
        last.setdefault(period(moment), moment)
    return list(last.values())[:count]


def _week(moment: datetime) -> tuple[int, int]:
    year, week, _ = moment.isocalendar()
    return year, week
