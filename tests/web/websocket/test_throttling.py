"""Websocket throttling: whoever sends faster than their rate waits, and nobody else does."""

import pytest

from echoes.web.websocket import throttling
from echoes.web.websocket.throttling import Rate, Throttle

LONGEST = 1000.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(Rate(60, burst_seconds=3.0), clock)


def test_a_burst_passes_at_once_and_what_follows_waits_longer_each_time(throttle: Throttle) -> None:
    assert [throttle.wait("a", LONGEST) for _ in range(6)] == [0, 0, 0, 1, 2, 3]


def test_nobody_waits_for_another_one(throttle: Throttle) -> None:
    for _ in range(100):
        throttle.wait("a", LONGEST)
    assert throttle.wait("b", LONGEST) == 0


def test_who_keeps_to_the_rate_never_waits(throttle: Throttle, clock: Clock) -> None:
    for _ in range(100):
        assert throttle.wait("a", LONGEST) == 0
        clock.now += 1.0


def test_a_pause_gives_the_burst_back_and_no_more(throttle: Throttle, clock: Clock) -> None:
    for _ in range(3):
        throttle.wait("a", LONGEST)
    clock.now += 3600.0
    assert [throttle.wait("a", LONGEST) for _ in range(4)] == [0, 0, 0, 1]


def test_the_quiet_are_forgotten_and_the_hurried_are_not(
    throttle: Throttle, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "MOST_KEYS", 3)
    for key in ("quiet", "quiet as well", *["hurried"] * 10):
        throttle.wait(key, LONGEST)
    clock.now += 2.0
    assert throttle.wait("new", LONGEST) == 0
    assert set(throttle._paid_until) == {"hurried", "new"}
    assert throttle.wait("hurried", LONGEST) > 0


def test_what_is_refused_costs_nothing(throttle: Throttle, clock: Clock) -> None:
    """Who tries on and on is not shut out for hours, nor are others at the same address."""
    for _ in range(10_000):
        throttle.wait("a", longest=5.0)
    assert throttle.wait("a", longest=5.0) == pytest.approx(6.0)
    clock.now += 6.0
    assert throttle.wait("a", longest=5.0) <= 1.0
