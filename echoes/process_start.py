"""Imports at the start of a process: garbage collection paused, and what they made frozen (gc.freeze)."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Around the imports of an entry point.

    Nothing of them is garbage, and each pass would look at all of it: a fifth of the time that a start takes,
    and later the event loop's time at every full collection.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
