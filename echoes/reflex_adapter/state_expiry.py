"""Expiry of states: what nobody who is signed in left behind goes sooner (`StateManager`s of Reflex)."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import reflex as rx
from reflex.istate.manager import StateManager
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import StateToken

from echoes.reflex_adapter.state_locks import RenewingRedisStates

IsSignedIn = Callable[[object], bool]
"""Whether whoever opened the tab of a state was signed in when its last event was answered."""


def expire_anonymous_states(app: rx.App, seconds: int, is_signed_in: IsSignedIn) -> None:
    """States of tabs without a person expire after so many seconds; those of people as Reflex has it."""
    app._state_manager = expiring_manager(app.state_manager, seconds, is_signed_in)


def expiring_manager(manager: StateManager, seconds: int, is_signed_in: IsSignedIn) -> StateManager:
    if isinstance(manager, StateManagerMemory):
        kept: ExpiringMemoryStates = MEMORY(token_expiration=manager.token_expiration)
        kept.strangers_seconds, kept.is_signed_in = seconds, is_signed_in
        return kept
    if isinstance(manager, StateManagerRedis):
        shared: ExpiringRedisStates = REDIS(
            redis=manager.redis,
            token_expiration=manager.token_expiration,
            lock_expiration=manager.lock_expiration,
            lock_warning_threshold=manager.lock_warning_threshold,
        )
        shared.strangers_seconds, shared.is_signed_in = seconds, is_signed_in
        return shared
    raise TypeError(f"Reflex keeps states in a {type(manager).__name__}: see to it in {__name__}.")


class ExpiringMemoryStates(StateManagerMemory):
    strangers_seconds: int
    is_signed_in: IsSignedIn

    def _track_token(self, token: StateToken[Any]) -> None:
        longest = self.token_expiration
        if not self.is_signed_in(self.states.get(token.cache_key)):
            self.token_expiration = min(longest, self.strangers_seconds)
        try:
            super()._track_token(token)
        finally:
            self.token_expiration = longest

    async def _expire_states(self) -> None:
        """Reflex's own sleeps until the deadline that was next at that time: one may come sooner."""
        try:
            while (due := self._purge_expired_tokens()) is not None:  # noqa: ASYNC110
                await asyncio.sleep(min(max(0.0, due - time.time()), self.strangers_seconds / 2))
        finally:
            if self._expiration_task is asyncio.current_task():
                self._expiration_task = None


_expiration: ContextVar[int | None] = ContextVar(
    "expiration of the states that are being written", default=None
)


class ExpiringRedisStates(RenewingRedisStates):
    strangers_seconds: int
    is_signed_in: IsSignedIn
    _longest: int = 0

    @property
    def token_expiration(self) -> int:
        return _expiration.get() or self._longest

    @token_expiration.setter
    def token_expiration(self, seconds: int) -> None:
        self._longest = seconds

    async def set_state(self, token: StateToken[Any], state: Any, **context: Any) -> None:  # type: ignore[override]
        seconds = self._longest if self.is_signed_in(state) else min(self._longest, self.strangers_seconds)
        with _expiring_after(seconds):
            await super().set_state(token, state, **context)


MEMORY: Any = ExpiringMemoryStates
REDIS: Any = ExpiringRedisStates
"""Reflex declares methods of its managers twice: type checkers take that for abstract ones."""


@contextmanager
def _expiring_after(seconds: int) -> Iterator[None]:
    before = _expiration.set(seconds)
    try:
        yield
    finally:
        _expiration.reset(before)
