"""Mirror stored files by key: each is copied once, because content never changes under a key."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from echoes.errors import NotFound
from echoes.storage.base import Storage, every_file
from echoes.storage.copying import FileFact, copy_file, fact_of

COPIES_AT_ONCE = 4


class FileMirror:
    """`known` is what earlier snapshots say of files; what is not in it is read once and hashed."""

    def __init__(self, source: Storage, target: Storage, known: dict[str, FileFact], scratch: Path) -> None:
        self._source, self._target, self._scratch = source, target, scratch
        self._known = known
        self._there = {file.key: file.size for file in every_file(target)}
        self.facts: dict[str, FileFact] = {}
        """Of every file that the mirror holds and that was asked for."""

    def update(self, keys: Iterable[str]) -> set[str]:
        """Returns the keys that neither side has."""
        wanted = sorted(set(keys) - self.facts.keys())
        with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="backup") as pool:
            found = dict(zip(wanted, pool.map(self._mirrored, wanted), strict=True))
        self.facts |= {key: fact for key, fact in found.items() if fact is not None}
        return {key for key, fact in found.items() if fact is None}

    def _mirrored(self, key: str) -> FileFact | None:
        there, known = self._there.get(key), self._known.get(key)
        if known is not None and known.sha256 and known.size == there:
            return known
        try:
            return self._compared(key, there)
        except NotFound:
            return fact_of(self._target, key) if there is not None else None

    def _compared(self, key: str, there: int | None) -> FileFact:
        """What an earlier run had copied before it was killed is not sent again. Raises NotFound."""
        if there is not None and there == self._source.size(key):
            return fact_of(self._source, key)
        return copy_file(self._source, self._target, key, self._scratch)


def delete_unnamed(target: Storage, named: set[str], before: datetime) -> int:
    """Mirrored files that no snapshot names any more. Those put since `before` may still come into one."""
    unnamed = [file.key for file in every_file(target) if file.key not in named and file.modified < before]
    target.delete(unnamed)
    return len(unnamed)
