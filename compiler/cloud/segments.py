"""Shared segment cache: segments of one project in a bucket, fetched before its film is made and put after.

Content decides every name, so a segment that is there is the right one, and none is ever changed. Any of them
may be missing: what was not found is made anew.
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import time
from typing import Protocol
from uuid import uuid4

SEGMENTS = "segments"
"""The first part of the keys of all segments."""
MOST_FETCHED = 512 << 20
"""Bytes. Of a project with more, the newest."""
CLOCK_SECONDS = 2.0
"""How coarse the times of files may be."""
_NAME = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}\.[a-z]{1,8}", re.ASCII)
"""Of what is worth sharing; parts of files that are being written are not."""
_CACHE = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}", re.ASCII)
_AT_ONCE = 8


@dataclass(frozen=True)
class StoredSegment:
    key: str
    size: int
    modified: datetime


class SegmentStore(Protocol):
    def listed(self, prefix: str) -> Iterable[StoredSegment]: ...

    def fetch(self, key: str, path: Path) -> None:
        """Raises FileNotFoundError."""

    def put(self, key: str, path: Path) -> None:
        """Leaves the file where it is."""


class SharedSegments:
    """The segments of the cache of that name."""

    def __init__(self, store: SegmentStore, cache: str, folder: Path) -> None:
        self._store, self._folder, self._prefix = store, folder, prefix_of(cache)
        self._known: set[str] = set()
        self._began = time()

    def fetch(self) -> int:
        """What is in the bucket and not in the folder. Returns how many bytes that was."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stored = [each for each in self._store.listed(self._prefix) if _NAME.fullmatch(self._name(each))]
        self._known = {self._name(each) for each in stored}
        here = set(_names(self._folder))
        wanted = list(_newest(each for each in stored if self._name(each) not in here))
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="segments") as threads:
            list(threads.map(self._fetch_one, wanted))
        return sum(each.size for each in wanted)

    def put_new(self) -> int:
        """What was made or used since, and was not in the bucket. Returns how many segments that were."""
        new = sorted(name for name in set(_names(self._folder)) - self._known if self._is_used(name))
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="segments") as threads:
            list(threads.map(self._put_one, new))
        return len(new)

    def _fetch_one(self, segment: StoredSegment) -> None:
        """Appears whole or not at all; what was deleted meanwhile is not missed."""
        part = self._folder / f".{uuid4().hex}.part"
        try:
            with suppress(FileNotFoundError):
                self._store.fetch(segment.key, part)
                part.replace(self._folder / self._name(segment))
        finally:
            part.unlink(missing_ok=True)

    def _put_one(self, name: str) -> None:
        """Another process may have pruned it meanwhile."""
        with suppress(FileNotFoundError):
            self._store.put(self._prefix + name, self._folder / name)

    def _is_used(self, name: str) -> bool:
        """Whoever uses a segment touches it."""
        with suppress(FileNotFoundError):
            return (self._folder / name).stat().st_mtime >= self._began - CLOCK_SECONDS
        return False

    def _name(self, segment: StoredSegment) -> str:
        return segment.key.removeprefix(self._prefix)


def prefix_of(cache: str) -> str:
    """Of the keys of a cache's segments. ValueError for a name that is none."""
    if not _CACHE.fullmatch(cache):
        raise ValueError(f"not the name of a cache: {cache!r}")
    return f"{SEGMENTS}/{cache}/"


def _names(folder: Path) -> Iterator[str]:
    return (path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _newest(segments: Iterable[StoredSegment]) -> Iterator[StoredSegment]:
    total = 0
    for each in sorted(segments, key=lambda one: one.modified, reverse=True):
        total += each.size
        if total > MOST_FETCHED:
            return
        yield each
