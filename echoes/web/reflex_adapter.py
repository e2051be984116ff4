"""All that the server has to know of Reflex's insides, in one place: its wire, its handlers, its states.

None of this is promised by Reflex. `tests/web/test_reflex_adapter.py` is the contract: after an upgrade it
says which part of it has changed.
"""

import asyncio
import inspect
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

import reflex as rx
from reflex.istate.manager import StateManager
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import StateToken
from reflex.state import BaseState
from reflex_base.constants import CompileVars, Endpoint
from reflex_base.environment import environment
from reflex_base.event import EventHandler
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from echoes.pages.common.state import PageState
from echoes.text.validation import LONGEST_ARGUMENT, MaxLength

EVENTS = f"/{Endpoint.EVENT.value}"
"""The path of the websocket, which is also the namespace of its messages."""
FORM_ENTRIES = FORM_DATA_ENTRIES_KEY
BOOT_EVENT, STATE_SCHEMA = CompileVars.CONNECT_AUTH_EVENT, CompileVars.CONNECT_AUTH_STATE_SCHEMA
FROM_BROWSERS = frozenset({"event", "ping", "client_error"})
"""What a page's socket emits."""
ANY_SETTER = "setvar"
"""A handler that Reflex gives to every state; no page of ours calls it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    kind: Any
    """Its annotation, without None."""
    is_required: bool
    may_be_none: bool
    longest: int


Handlers = Mapping[str, Mapping[str, Parameter]]


def handlers_of(app: rx.App) -> Handlers:
    """All that a client may call, by the names on the wire."""
    registered = app._registration_context.event_handlers
    return {
        name: parameters_of(entry.handler)
        for name, entry in registered.items()
        if not name.endswith(f".{ANY_SETTER}")
    }


def parameters_of(handler: EventHandler) -> dict[str, Parameter]:
    hints = get_type_hints(handler.fn, include_extras=True)
    declared = list(inspect.signature(handler.fn).parameters.values())[1:]
    return {one.name: _parameter(one, hints.get(one.name, Any)) for one in declared}


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    longest = LONGEST_ARGUMENT
    for extra in getattr(hint, "__metadata__", ()):
        longest = extra.letters if isinstance(extra, MaxLength) else longest
    hint = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    choices = () if get_origin(hint) in (list, dict) else get_args(hint)
    may_be_none = type(None) in choices
    kind = next((choice for choice in choices if choice is not type(None)), hint) if may_be_none else hint
    return Parameter(kind, declared.default is inspect.Parameter.empty, may_be_none, longest)


def limit_messages(largest: int) -> None:
    """Before the app is imported: its socket reads this once, and tells browsers."""
    environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.set(largest)


def expire_anonymous_states(app: rx.App, seconds: int) -> None:
    """States of tabs without a person expire after so many seconds; those of people as Reflex has it."""
    app._state_manager = expiring_manager(app.state_manager, seconds)


def expiring_manager(manager: StateManager, seconds: int) -> StateManager:
    if isinstance(manager, StateManagerMemory):
        kept: ExpiringMemoryStates = MEMORY(token_expiration=manager.token_expiration)
        kept.strangers_seconds = seconds
        return kept
    if isinstance(manager, StateManagerRedis):
        shared: ExpiringRedisStates = REDIS(
            redis=manager.redis,
            token_expiration=manager.token_expiration,
            lock_expiration=manager.lock_expiration,
            lock_warning_threshold=manager.lock_warning_threshold,
        )
        shared.strangers_seconds = seconds
        return shared
    raise TypeError(f"Reflex keeps states in a {type(manager).__name__}: see to it in {__name__}.")


def is_signed_in(state: object) -> bool:
    """Whether whoever opened this tab was signed in when its last event was answered."""
    if not isinstance(state, BaseState):
        return False
    visit = state._get_root_state().substates.get(PageState.get_name())
    return isinstance(visit, PageState) and visit._user_id is not None


class ExpiringMemoryStates(StateManagerMemory):
    strangers_seconds: int = 0

    def _track_token(self, token: StateToken[Any]) -> None:
        longest = self.token_expiration
        if not is_signed_in(self.states.get(token.cache_key)):
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


class ExpiringRedisStates(StateManagerRedis):
    strangers_seconds: int = 0
    _longest: int = 0

    @property
    def token_expiration(self) -> int:
        return _expiration.get() or self._longest

    @token_expiration.setter
    def token_expiration(self, seconds: int) -> None:
        self._longest = seconds

    async def set_state(self, token: StateToken[Any], state: Any, **context: Any) -> None:  # type: ignore[override]
        seconds = self._longest if is_signed_in(state) else min(self._longest, self.strangers_seconds)
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
