"""Redis locks of states whose handler is busy."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from echoes.pages.common.state import is_signed_in
from echoes.reflex_adapter.state_expiry import expiring_manager
from tests.support.processes import PATIENCE
from tests.support.servers.redis import RedisServer

pytestmark = pytest.mark.redis
EXPIRATION, FAR = 400, 600_000


@pytest.fixture
async def manager(redis_server: RedisServer) -> AsyncIterator[Any]:
    states: Any = StateManagerRedis
    client: Any = Redis.from_url(redis_server.url)
    yield expiring_manager(
        states(redis=client, lock_expiration=EXPIRATION, lock_warning_threshold=EXPIRATION // 2),
        60,
        is_signed_in,
    )
    await client.aclose()


def new_token() -> BaseStateToken:
    return BaseStateToken(ident=str(uuid4()), cls=State)


async def test_it_is_renewed_for_as_long_as_the_handler_takes(manager: Any) -> None:
    token = new_token()
    lock = manager._lock_key(token)
    async with manager.modify_state(token):
        await manager.redis.pexpire(lock, FAR)
        async with asyncio.timeout(PATIENCE):
            while await manager.redis.pttl(lock) > EXPIRATION:  # noqa: ASYNC110  # until it is renewed
                await asyncio.sleep(0.01)
        await manager.redis.pexpire(lock, FAR)
    assert not await manager.redis.exists(lock)


async def test_it_is_not_renewed_for_whoever_lost_it(manager: Any) -> None:
    lock = manager._lock_key(new_token())
    await manager.redis.set(lock, b"somebody else's", px=FAR)
    await manager._renew(lock, b"ours")
    assert await manager.redis.pttl(lock) > EXPIRATION


async def test_redis_that_is_away_for_a_moment_does_not_end_the_renewals(
    manager: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lock, answers = manager._lock_key(new_token()), iter((NoConnection(), 1, 0))

    async def evaluated(*_: object) -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(manager.redis, "eval", evaluated)
    await manager._renew(lock, b"ours")
    assert "not renewed: ConnectionError" in caplog.text
    assert next(answers, None) is None
