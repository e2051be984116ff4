from datetime import UTC, datetime, timedelta

import pytest

from echoes.text import formatting

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (6.99, "0:06"), (27.5, "0:27"), (65, "1:05"), (3729, "1:02:09")],
)
def test_lengths_read_like_a_player_counts(seconds: float, said: str) -> None:
    assert formatting.duration(seconds) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "23 October"),
        (timedelta(days=700), "22 December 2024"),
        (-timedelta(seconds=2), "just now"),
    ],
)
def test_times_are_told_from_near_to_far(before: timedelta, said: str) -> None:
    assert formatting.time_ago(NOW - before, NOW) == said


def test_one_is_no_plural() -> None:
    assert [formatting.pluralize(count, "photo") for count in (0, 1, 2)] == [
        "0 photos",
        "1 photo",
        "2 photos",
    ]


@pytest.mark.parametrize(("size", "said"), [(900, "0.1 MB"), (6_800_000, "6.8 MB"), (123_000_000, "123 MB")])
def test_sizes_are_told_in_megabytes(size: int, said: str) -> None:
    assert formatting.file_size(size) == said


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [(1500, "usd", "$15"), (225, "usd", "$2.25"), (450000, "eur", "€4,500"), (1500, "jpy", "1,500 JPY"),
     (990, "chf", "9.90 CHF")],
)  # fmt: skip
def test_money_is_said_as_people_say_it(cents: int, currency: str, said: str) -> None:
    assert formatting.money(cents, currency) == said
