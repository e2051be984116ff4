"""Logging context: ids of the request, event or job that is under way, which every log line of it carries.

Held in a context variable, so tasks and `asyncio.to_thread` inherit it. What is bound deeper down, in a
thread for instance, is seen by the whole request.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from uuid import UUID

from echoes.settings import get_settings, signing_key

LETTERS_OF_PSEUDONYM = 12

_bound: ContextVar[dict[str, str] | None] = ContextVar("echoes_log_context", default=None)


def current() -> Mapping[str, str]:
    return _bound.get() or {}


def begin(**values: str) -> Mapping[str, str]:
    """For the rest of this task, in place of what was bound before. Also holds what will be bound later."""
    begun = dict(values)
    _bound.set(begun)
    return begun


def bind(**values: str) -> None:
    """Adds to what is under way; does nothing outside of it."""
    if (known := _bound.get()) is not None:
        known.update(values)


@contextmanager
def bound(**values: str) -> Iterator[None]:
    """For the length of the block, beside what was bound before."""
    token = _bound.set({**current(), **values})
    try:
        yield
    finally:
        _bound.reset(token)


@lru_cache(maxsize=1024)
def pseudonym(user_id: UUID) -> str:
    """Tells one person's lines from another's, and says nothing of them to whoever lacks our secret key."""
    key = signing_key(get_settings())
    return hmac.new(key, b"log:" + user_id.bytes, hashlib.sha256).hexdigest()[:LETTERS_OF_PSEUDONYM]
