"""Formatting of numbers, durations, plurals and times as people say them."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from echoes.text import formatting

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "in a minute"), (61, "in 2 minutes"), (5400, "in 90 minutes"), (5401, "in 2 hours"),
     (86_400, "in 24 hours"), (86_401, "in a day or so")],
)  # fmt: skip
def test_when_to_try_again_is_never_too_early(seconds: float, said: str) -> None:
    assert formatting.when_to_try_again(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"), [(50 << 20, "50 MB"), (1 << 30, "1 GB"), (5 << 30, "5 GB"), (1536 << 20, "1.5 GB")]
)
def test_limits_are_told_in_the_units_of_settings(size: int, said: str) -> None:
    assert formatting.limit_in_words(size) == said


def test_no_module_makes_plurals_by_hand() -> None:
    """An `s` that is there or not, or two forms of a word of which one is chosen by a comparison with one."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "echoes").rglob("*.py"))
        if path != Path(formatting.__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.IfExp) and _is_plural(node)
    ]
    assert found == []


def _is_plural(choice: ast.IfExp) -> bool:
    forms = [part.value for part in (choice.body, choice.orelse) if isinstance(part, ast.Constant)]
    words = sorted(str(form) for form in forms)
    return len(words) == 2 and words[1] == words[0] + "s" and words[0] != "http"
