"""Idempotent delivery of events: what a page sends again after a broken connection is done once."""

import asyncio
from collections.abc import Callable

import pytest
from redis import Redis

from echoes.pages.common.event_deduplication import CLAIMED_SECONDS, EventDelivery, SeenEvents, SharedArrivals
from tests.support.servers.redis import RedisServer


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_of_a_number_is_done_and_its_repetitions_are_not(clock: Clock) -> None:
    arrivals = SeenEvents(clock=clock)
    assert arrivals.judge("a", None) is EventDelivery.FIRST
    assert arrivals.judge("a", None) is EventDelivery.REPEATED
    assert arrivals.judge("a", 12.0) is EventDelivery.REPEATED
    assert arrivals.judge("b", None) is EventDelivery.FIRST


def test_a_repetition_whose_first_never_arrived_is_done(clock: Clock) -> None:
    arrivals = SeenEvents(clock=clock)
    clock.now += 60
    assert arrivals.judge("a", 12.0) is EventDelivery.FIRST


@pytest.mark.parametrize("age", [60.0, 1e300, float("inf"), float("nan")])
def test_a_repetition_older_than_the_memory_is_uncertain(clock: Clock, age: float) -> None:
    arrivals = SeenEvents(clock=clock)
    clock.now += 30
    assert arrivals.judge("a", age) is EventDelivery.UNCERTAIN


def test_the_memory_is_bounded_and_knows_how_far_back_it_reaches(clock: Clock) -> None:
    arrivals = SeenEvents(most=2, clock=clock)
    for number in "abc":
        clock.now += 10
        arrivals.judge(number, None)
    clock.now += 10
    assert arrivals.judge("a", 30.0) is EventDelivery.UNCERTAIN
    assert arrivals.judge("c", 10.0) is EventDelivery.REPEATED


def judged(arrivals: Callable[[], SharedArrivals], *asked: tuple[str, float | None]) -> list[EventDelivery]:
    """Each by a process of its own."""

    async def judge() -> list[EventDelivery]:
        return [await arrivals().judge(number, age) for number, age in asked]

    return asyncio.run(judge())


@pytest.mark.redis
def test_a_repetition_is_known_to_every_process_that_shares_redis(redis_server: RedisServer) -> None:
    clock = Clock()
    start = judged(lambda: SharedArrivals(redis_server.url, clock), ("a", None), ("a", None), ("a", 2.0))
    assert start == [EventDelivery.FIRST, EventDelivery.ELSEWHERE, EventDelivery.ELSEWHERE]
    clock.now += 60
    later = judged(lambda: SharedArrivals(redis_server.url, clock), ("a", 60.0), ("b", 59.0), ("b", 59.0))
    assert later == [EventDelivery.ELSEWHERE, EventDelivery.FIRST, EventDelivery.ELSEWHERE]


@pytest.mark.redis
@pytest.mark.parametrize("age", [61.0, 1e300, float("inf"), float("nan")])
def test_a_repetition_older_than_the_memory_of_redis_is_uncertain(
    redis_server: RedisServer, age: float
) -> None:
    clock = Clock()
    judged(lambda: SharedArrivals(redis_server.url, clock), ("before", None))
    clock.now += 60
    assert judged(lambda: SharedArrivals(redis_server.url, clock), ("a", age)) == [EventDelivery.UNCERTAIN]
    clock.now += 2 * CLAIMED_SECONDS
    assert judged(lambda: SharedArrivals(redis_server.url, clock), ("b", CLAIMED_SECONDS + 1.0)) == [
        EventDelivery.UNCERTAIN
    ]


@pytest.mark.redis
def test_without_redis_a_repetition_is_uncertain_and_a_tap_is_done(redis_server: RedisServer) -> None:
    redis_server.stop()
    gone = judged(lambda: SharedArrivals(redis_server.url), ("a", None), ("a", 1.0))
    assert gone == [EventDelivery.FIRST, EventDelivery.UNCERTAIN]


@pytest.mark.redis
def test_a_redis_that_was_emptied_does_not_reach_back(redis_server: RedisServer) -> None:
    clock = Clock()
    judged(lambda: SharedArrivals(redis_server.url, clock), ("a", None))
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
    clock.now += 5
    assert judged(lambda: SharedArrivals(redis_server.url, clock), ("a", 5.0)) == [EventDelivery.UNCERTAIN]
