"""What a page sends again after a broken connection is done once."""

import pytest

from echoes.pages.common.taps import EventDelivery, SeenEvents


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_of_a_number_is_done_and_its_repetitions_are_not(clock: Clock) -> None:
    arrivals = SeenEvents(is_alone=True, clock=clock)
    assert arrivals.judge("a", None) is EventDelivery.FIRST
    assert arrivals.judge("a", None) is EventDelivery.REPEATED
    assert arrivals.judge("a", 12.0) is EventDelivery.REPEATED
    assert arrivals.judge("b", None) is EventDelivery.FIRST


def test_a_repetition_whose_first_never_arrived_is_done(clock: Clock) -> None:
    arrivals = SeenEvents(is_alone=True, clock=clock)
    clock.now += 60
    assert arrivals.judge("a", 12.0) is EventDelivery.FIRST


@pytest.mark.parametrize("age", [60.0, 1e300, float("inf"), float("nan")])
def test_a_repetition_older_than_the_memory_is_uncertain(clock: Clock, age: float) -> None:
    arrivals = SeenEvents(is_alone=True, clock=clock)
    clock.now += 30
    assert arrivals.judge("a", age) is EventDelivery.UNCERTAIN


def test_beside_other_processes_a_repetition_is_uncertain(clock: Clock) -> None:
    arrivals = SeenEvents(is_alone=False, clock=clock)
    clock.now += 60
    assert arrivals.judge("a", 1.0) is EventDelivery.UNCERTAIN


def test_the_memory_is_bounded_and_knows_how_far_back_it_reaches(clock: Clock) -> None:
    arrivals = SeenEvents(is_alone=True, most=2, clock=clock)
    for number in "abc":
        clock.now += 10
        arrivals.judge(number, None)
    clock.now += 10
    assert arrivals.judge("a", 30.0) is EventDelivery.UNCERTAIN
    assert arrivals.judge("c", 10.0) is EventDelivery.REPEATED
