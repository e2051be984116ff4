"""Copy every file from one storage into another while both are in use: resumable, and verified."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from echoes.errors import EchoesError, NotFound, for_operators
from echoes.storage.base import Storage, StoredFile, every_file
from echoes.storage.copying import copy_file, fact_of

BATCH = 200
SAID_EVERY = 5.0
"""Seconds between lines about the progress."""

Say = Callable[[str], None]


@dataclass(slots=True)
class MoveReport:
    copied: int = 0
    copied_bytes: int = 0
    vanished: int = 0
    """Deleted from the source meanwhile, as people do."""
    failed: dict[str, str] = field(default_factory=dict)
    """Keys, and why."""


@dataclass(frozen=True, slots=True)
class StorageMove:
    source: Storage
    target: Storage
    scratch: Path
    say: Say
    threads: int = 4

    def run(self) -> MoveReport:
        """Passes over both lists, until one finds nothing new. What is there with the same size is not
        copied again, so that a move that was killed goes on where it was."""
        report = MoveReport()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="move") as pool:
            while self._pass(pool, report):
                pass
        return report

    def pending(self) -> Iterator[StoredFile]:
        """Files of the source that the target lacks, or has with another size. Reads both lists in the order
        of their keys, a page at a time."""
        return (file for file, is_there in _compared(self.source, self.target) if not is_there)

    def differing(self) -> list[str]:
        """Keys whose content is not the same on both sides. Reads all of both."""
        common = (file.key for file, is_there in _compared(self.source, self.target) if is_there)
        found: list[str] = []
        with ThreadPoolExecutor(self.threads, thread_name_prefix="compare") as pool:
            while keys := list(islice(common, BATCH)):
                found += [
                    key for key, same in zip(keys, pool.map(self._is_same, keys), strict=True) if not same
                ]
        return found

    def delete_source(self) -> int:
        """What the target has with the same size."""
        deleted = 0
        both = (file.key for file, is_there in _compared(self.source, self.target) if is_there)
        while keys := list(islice(both, BATCH)):
            self.source.delete(keys)
            deleted += len(keys)
        return deleted

    def _pass(self, pool: ThreadPoolExecutor, report: MoveReport) -> bool:
        """Whether it found anything that is not known to fail."""
        found, said_at = False, time.monotonic()
        todo = (file for file in self.pending() if file.key not in report.failed)
        while batch := list(islice(todo, BATCH)):
            found = True
            for file, outcome in zip(batch, pool.map(self._copy, batch), strict=True):
                _count(report, file, outcome)
            if time.monotonic() - said_at > SAID_EVERY:
                said_at = time.monotonic()
                self.say(f"{report.copied:,} files, {report.copied_bytes:,} bytes, up to {batch[-1].key}")
        return found

    def _copy(self, file: StoredFile) -> str | None:
        """Empty when it is copied, a sentence when it is not, None when it is not there any more."""
        try:
            sent = copy_file(self.source, self.target, file.key, self.scratch)
        except NotFound:
            return None
        except EchoesError as error:
            return for_operators(error)
        if fact_of(self.target, file.key) == sent:
            return ""
        self.target.delete([file.key])
        return "it arrived damaged"

    def _is_same(self, key: str) -> bool:
        try:
            return fact_of(self.source, key) == fact_of(self.target, key)
        except NotFound:
            return True  # Deleted meanwhile.


def _compared(source: Storage, target: Storage) -> Iterator[tuple[StoredFile, bool]]:
    """Each file of the source, and whether the target has it with the same size."""
    theirs = every_file(target)
    other = next(theirs, None)
    for file in every_file(source):
        while other is not None and other.key < file.key:
            other = next(theirs, None)
        yield file, other is not None and (other.key, other.size) == (file.key, file.size)


def _count(report: MoveReport, file: StoredFile, outcome: str | None) -> None:
    if outcome is None:
        report.vanished += 1
    elif outcome:
        report.failed[file.key] = outcome
    else:
        report.copied += 1
        report.copied_bytes += file.size
