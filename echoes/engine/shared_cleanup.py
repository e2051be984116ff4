"""Cleanup of what no row names in a bucket: invocations that nobody waits for, pieces of films that nobody
made again for long, or that are more than a project may keep.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from compiler.cache import LARGEST_CACHE
from compiler.cloud.invocation import INVOCATIONS
from compiler.cloud.segments import SEGMENTS
from echoes.models import now
from echoes.processes.shared_segments import is_shared
from echoes.storage import StoredFile, every_file, get_storage

INVOCATION_AGE = timedelta(days=1)
SEGMENT_AGE = timedelta(days=30)

logger = logging.getLogger(__name__)


def clean_up_shared() -> int:
    """How many files that were."""
    if not is_shared():
        return 0
    storage = get_storage()
    invocations = _older(every_file(storage, f"{INVOCATIONS}/"), INVOCATION_AGE)
    segments = _superfluous(every_file(storage, f"{SEGMENTS}/"))
    keys = [file.key for file in (*invocations, *segments)]
    storage.delete(keys)
    if keys:
        logger.info("cleaned up %d objects of invocations and pieces of films", len(keys))
    return len(keys)


def _older(files: Iterable[StoredFile], age: timedelta) -> Iterator[StoredFile]:
    return (file for file in files if file.modified < now() - age)


def _superfluous(files: Iterable[StoredFile]) -> Iterator[StoredFile]:
    """Of each project, what is old, and of the rest the oldest until the others fit."""
    for _, group in groupby(files, key=lambda file: file.key.split("/")[1]):
        room = LARGEST_CACHE
        for file in sorted(group, key=lambda one: one.modified, reverse=True):
            room -= file.size
            if room < 0 or file.modified < now() - SEGMENT_AGE:
                yield file
