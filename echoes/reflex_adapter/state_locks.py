"""Renew the Redis lock of a state while a handler holds it, so that a slow event never loses it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import RedisError
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import StateToken

log = logging.getLogger(__name__)

RENEWALS = 4
"""In the time after which Reflex's lock expires: three may fail or come late."""
RENEW_IF_OURS = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""


class RenewingRedisStates(StateManagerRedis):
    """Reflex takes a lock for ten seconds and never renews it: what a handler did after that is lost.

    Ten seconds pass for a handler where a machine is overloaded. A longer expiry would make people wait as
    long when a web process is killed.
    """

    @asynccontextmanager
    async def _lock(self, token: StateToken[Any], event_name: str | None = None) -> AsyncIterator[bytes]:
        async with super()._lock(token, event_name) as lock_id:
            renewal = asyncio.create_task(self._renew(self._lock_key(token), lock_id))
            try:
                yield lock_id
            finally:
                renewal.cancel()

    async def _renew(self, lock_key: bytes, lock_id: bytes) -> None:
        ours = 1
        while ours:
            await asyncio.sleep(self.lock_expiration / 1000 / RENEWALS)
            try:
                renew = self.redis.eval(RENEW_IF_OURS, 1, lock_key, lock_id, self.lock_expiration)
                ours = await renew  # type: ignore[misc]  # typed for both kinds of client
            except RedisError as error:
                log.warning("The lock of a state was not renewed: %s", type(error).__name__)
