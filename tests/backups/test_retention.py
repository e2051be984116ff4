"""Which backups stay: the last of each day and of each week, whatever else was made."""

from datetime import UTC, datetime, timedelta

import pytest

from echoes.backups.retention import kept
from echoes.backups.runs import last_hour

NIGHT = datetime(2026, 11, 26, 3, 17, tzinfo=UTC)  # a Thursday


def nights(count: int) -> list[datetime]:
    return [NIGHT - timedelta(days=number) for number in range(count)]


def test_the_last_of_each_day_and_week_stays() -> None:
    stay = sorted(kept(nights(60), daily=7, weekly=4), reverse=True)
    assert stay[:7] == nights(7)
    assert [moment.isoweekday() for moment in stay[7:]] == [7, 7]  # Sundays; two more lie within the days
    assert stay[-1] == NIGHT - timedelta(days=4 + 2 * 7)


def test_of_one_day_the_last_stays() -> None:
    by_hand = NIGHT + timedelta(hours=9)
    assert kept([NIGHT, by_hand], daily=1, weekly=0) == {by_hand}


def test_time_alone_deletes_nothing() -> None:
    """Where none succeeds any more, the last ones stay, however old they are."""
    old = [moment - timedelta(days=400) for moment in nights(3)]
    assert kept(old, daily=7, weekly=4) == set(old)


def test_days_without_a_backup_do_not_count() -> None:
    weekly_at_work = [NIGHT - timedelta(days=7 * number) for number in range(9)]
    assert kept(weekly_at_work, daily=2, weekly=5) == set(weekly_at_work[:5])


def test_weeks_at_the_turn_of_a_year_are_those_of_the_calendar() -> None:
    friday, sunday = datetime(2027, 1, 1, 3, tzinfo=UTC), datetime(2027, 1, 3, 3, tzinfo=UTC)
    assert kept([datetime(2026, 12, 29, tzinfo=UTC), friday, sunday], daily=1, weekly=3) == {sunday}


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-26T03:00", "2026-11-26T03:00"),
        ("2026-11-26T02:59", "2026-11-25T03:00"),
        ("2026-11-26T23:59", "2026-11-26T03:00"),
    ],
    ids=["at-the-hour", "before-it", "late-in-the-day"],
)
def test_the_hour_that_came_last(now: str, last: str) -> None:
    assert last_hour(3, datetime.fromisoformat(now)) == datetime.fromisoformat(last)
