"""Rate limiter: so often, and then a sentence that says when again; by Redis across processes."""

import pytest

from echoes.errors import TooOften
from echoes.rate_limits.limiter import IN_THIS_PROCESS, RateLimit, RateLimiter, rate_limits_of
from echoes.settings import Settings
from tests.support.servers.redis import RedisServer

SETTINGS = Settings(sign_ins_per_minute=3, passwords_per_minute=5, takes_per_hour=10)


@pytest.fixture(params=[IN_THIS_PROCESS, pytest.param("redis", marks=pytest.mark.redis)])
def limiter(request: pytest.FixtureRequest) -> RateLimiter:
    url = request.param
    if url == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        url = server.url
    return RateLimiter(url, rate_limits_of(SETTINGS))


def test_one_too_many_is_told_when_to_come_again(limiter: RateLimiter) -> None:
    for _ in range(3):
        limiter.count(limiter.limits.sign_in, "192.0.2.1")
    with pytest.raises(TooOften, match=r"a lot of sign-ins.* Please try again in a minute\.") as refusal:
        limiter.count(limiter.limits.sign_in, "192.0.2.1")
    assert 1 <= refusal.value.seconds <= 60


def test_everybody_is_counted_alone_and_so_is_everything(limiter: RateLimiter) -> None:
    assert times_allowed(limiter, limiter.limits.sign_in, "192.0.2.1") == 3
    assert times_allowed(limiter, limiter.limits.sign_in, "192.0.2.2") == 3
    assert times_allowed(limiter, limiter.limits.password, "192.0.2.1") == 5
    assert times_allowed(limiter, limiter.limits.sign_in, "192.0.2.1") == 0


def times_allowed(limiter: RateLimiter, limit: RateLimit, whom: str) -> int:
    """Until there is one too many."""
    for done in range(100):
        try:
            limiter.count(limit, whom)
        except TooOften:
            return done
    return 100


def test_what_counts_for_many_is_taken_whole_or_not_at_all(limiter: RateLimiter) -> None:
    limiter.count(limiter.limits.take, "anna", amount=8)
    with pytest.raises(TooOften, match="in 60 minutes"):
        limiter.count(limiter.limits.take, "anna", amount=3)
    limiter.count(limiter.limits.take, "anna", amount=2)


def test_what_is_only_checked_does_not_count(limiter: RateLimiter) -> None:
    for _ in range(4):
        limiter.check(limiter.limits.sign_in, "192.0.2.1")
    assert times_allowed(limiter, limiter.limits.sign_in, "192.0.2.1") == 3
    with pytest.raises(TooOften, match=r"in a minute\."):
        limiter.check(limiter.limits.sign_in, "192.0.2.1")


@pytest.mark.redis
def test_several_processes_count_together(redis_server: RedisServer) -> None:
    processes = [RateLimiter(redis_server.url, rate_limits_of(SETTINGS)) for _ in range(2)]
    for turn in range(3):
        processes[turn % 2].count(processes[0].limits.sign_in, "192.0.2.1")
    for process in processes:
        with pytest.raises(TooOften):
            process.count(process.limits.sign_in, "192.0.2.1")


@pytest.mark.redis
def test_a_counter_that_is_down_keeps_nobody_out(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = RateLimiter(redis_server.url, rate_limits_of(SETTINGS))
    redis_server.stop()
    limiter.check(limiter.limits.sign_in, "192.0.2.1")
    limiter.count(limiter.limits.sign_in, "192.0.2.1")
    assert "could not count sign-in" in caplog.text
