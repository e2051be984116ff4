"""The environment of this process, with other settings for a while."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.support.databases.fresh import forget


@contextmanager
def told(settings: Mapping[str, str]) -> Iterator[None]:
    """What hangs on settings is made anew, within and afterwards."""
    before = dict(os.environ)
    os.environ.update(settings)
    forget()
    try:
        yield
    finally:
        forget()
        os.environ.clear()
        os.environ.update(before)
