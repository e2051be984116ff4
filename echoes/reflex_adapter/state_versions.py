"""Versions of states in Redis: what another build of Echoes wrote is not read.

Reflex compares the names and types of vars. What these hold is pickled with the order of its fields, so an
object whose class has changed since would come back with values in the wrong places, or without some.
"""

from functools import lru_cache
from typing import Any

from reflex.state import BaseState

_SCHEMA: Any = vars(BaseState)["_to_schema"].__func__.__wrapped__
"""What Reflex stores beside each state and compares, without its cache."""


def tie_states_to(build: str) -> None:
    """During an upgrade old and new processes share one Redis: each takes the other's states for missing, and
    pages are read anew from the database, whole, instead of half."""

    def schema_of_build(cls: type[BaseState]) -> str:
        return f"{_SCHEMA(cls)} {build}"

    cached: Any = lru_cache(schema_of_build)
    states: Any = BaseState
    states._to_schema = classmethod(cached)
