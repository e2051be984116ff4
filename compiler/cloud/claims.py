"""Claims: the right to do one invocation, held by one function at a time and renewed with its progress.

An event may be delivered twice, and a function may end in the middle. Who comes later finds a claim that is
fresh, and goes; or one that was not renewed, and takes it over. Whoever lost a claim learns it with its next
renewal.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from compiler.cloud.bucket import Bucket, Taken
from compiler.cloud.invocation import InvocationKeys, Status

BEAT_SECONDS = 2.0
"""How often it is looked whether the work is still wanted, and progress is told."""
QUIET_BEATS = 5
"""Renewed so seldom while there is no progress."""
UNANSWERED_SECONDS = 45.0
"""How long the store may fail to take a renewal."""


class Claim:
    """Renewed in a thread for as long as the block lasts. `over` is set when the work is to end."""

    def __init__(
        self, bucket: Bucket, keys: InvocationKeys, etag: str, status: Status, seconds: float
    ) -> None:
        self._bucket, self._keys, self._etag = bucket, keys, etag
        self._status, self._lock = status, Lock()
        self._deadline = monotonic() + seconds
        self.over = Event()
        self.is_lost = self.is_cancelled = self.is_late = False
        self._left = Event()
        self._thread = Thread(target=self._keep, name="claim", daemon=True)
        self._failure: Exception | None = None
        self._answered = monotonic()

    @classmethod
    def take(cls, bucket: Bucket, keys: InvocationKeys, stale_seconds: float, seconds: float) -> Self | None:
        """None when another function has a fresh claim. `seconds` is how long this one may work."""
        held, status = bucket.read(keys.status), Status(token_hex(8), 0)
        if held is not None and held.age < stale_seconds:
            return None
        try:
            etag = bucket.write(
                keys.status, status.to_bytes(), new=held is None, replaces=held.etag if held else None
            )
        except Taken:
            return None
        return cls(bucket, keys, etag, status, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def report(self, progress: float, stage: str) -> None:
        """Told with the next renewal."""
        with self._lock:
            self._status = Status(self._status.token, self._status.beat, progress, stage)

    def check(self) -> None:
        """Raises what kept the claim from being renewed."""
        if self._failure is not None:
            raise self._failure

    def _keep(self) -> None:
        told, quiet = (0.0, ""), 0
        while not self._left.wait(BEAT_SECONDS):
            now, quiet = (self._status.progress, self._status.stage), quiet + 1
            with self._patiently():
                self._look()
                if now != told or quiet >= QUIET_BEATS:
                    self._renew()
                    told, quiet = now, 0
            if self.over.is_set():
                return

    @contextmanager
    def _patiently(self) -> Iterator[None]:
        """A store that does not answer may do so with the next beat; after a while the claim is stale."""
        try:
            yield
        except Exception as error:
            print(f"the claim could not be renewed: {error!r}", file=sys.stderr)
            if monotonic() - self._answered > UNANSWERED_SECONDS:
                self._failure = error
                self.over.set()
        else:
            self._answered = monotonic()

    def _look(self) -> None:
        self.is_late = monotonic() > self._deadline
        self.is_cancelled = self._bucket.has(self._keys.cancel)
        if self.is_late or self.is_cancelled:
            self.over.set()

    def _renew(self) -> None:
        with self._lock:
            status = self._status = Status(
                self._status.token, self._status.beat + 1, self._status.progress, self._status.stage
            )
        try:
            self._etag = self._bucket.write(self._keys.status, status.to_bytes(), replaces=self._etag)
        except Taken:
            if not self._is_still_ours():
                self.is_lost = True
                self.over.set()

    def _is_still_ours(self) -> bool:
        """A write that was repeated after a lost answer finds its own first one in its place."""
        held = self._bucket.read(self._keys.status)
        if held is None or Status.from_bytes(held.content).token != self._status.token:
            return False
        self._etag = held.etag
        return True
