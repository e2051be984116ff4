"""Concurrent callers: many at the same moment."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.support.processes import PATIENCE


def all_at_once(calls: Sequence[Callable[[], str]]) -> Counter[str]:
    """None begins before all are there; what each answers is counted."""
    barrier = Barrier(len(calls))

    def begin(call: Callable[[], str]) -> str:
        barrier.wait(PATIENCE)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(begin, calls, timeout=2 * PATIENCE))
