"""Segment cache.

Coded segments of films, kept by what they are made of. Any of them may be lost at any time.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from uuid import uuid4

from compiler.errors import readable_file_errors

_HEAD = Struct(">8sI16s")
_MAGIC = b"EchoesP1"
_SUFFIX = ".piece"
LARGEST_CACHE = 4 << 30
_ABANDONED_AFTER = 24 * 3600.0


@dataclass(frozen=True)
class CodedSegment:
    """Samples in decoding order, in a file of their own from byte `data` on."""

    path: Path
    data: int
    sizes: tuple[int, ...]
    presentation_order: tuple[int, ...]
    cached: bool

    @property
    def frames(self) -> int:
        return len(self.sizes)


class SegmentCache:
    """A folder of segments. Safe to share between processes: each file appears whole or not at all."""

    def __init__(self, folder: Path, largest: int = LARGEST_CACHE) -> None:
        self._folder, self._largest = folder, largest
        with readable_file_errors():
            folder.mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> CodedSegment | None:
        """The segment, or None if it was never kept or is damaged."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        piece = _read(path, content)
        with suppress(OSError):
            os.utime(path)
        return piece

    def keep(self, key: str, samples: list[bytes], display: list[int]) -> CodedSegment:
        path = self._path(key)
        table = b"".join(len(sample).to_bytes(4) for sample in samples)
        table += b"".join(place.to_bytes(4) for place in display)
        digest = blake2b(digest_size=16)
        for part in (table, *samples):
            digest.update(part)
        part_path = path.with_name(f".{uuid4().hex}.part")
        try:
            with readable_file_errors(), part_path.open("wb") as file:
                file.write(_HEAD.pack(_MAGIC, len(samples), digest.digest()) + table)
                file.writelines(samples)
            part_path.replace(path)
        finally:
            part_path.unlink(missing_ok=True)
        sizes = tuple(len(sample) for sample in samples)
        return CodedSegment(path, _HEAD.size + len(table), sizes, tuple(display), cached=False)

    def prune(self) -> None:
        """Drops what was not used for longest until the rest fits, and what a killed renderer left."""
        pieces = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):
                status = entry.stat()
                if entry.name.endswith(".part") and time.time() - status.st_mtime > _ABANDONED_AFTER:
                    Path(entry.path).unlink()
                elif entry.name.endswith(_SUFFIX):
                    pieces.append((status.st_mtime, status.st_size, entry.path))
        total = sum(size for _, size, _ in pieces)
        for _, size, path in sorted(pieces):
            if total <= self._largest:
                break
            Path(path).unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self._folder / f"{blake2b(key.encode(), digest_size=20).hexdigest()}{_SUFFIX}"


def _read(path: Path, content: bytes) -> CodedSegment | None:
    if len(content) < _HEAD.size:
        return None
    magic, count, digest = _HEAD.unpack_from(content)
    body = memoryview(content)[_HEAD.size :]
    if magic != _MAGIC or blake2b(body, digest_size=16).digest() != digest:
        return None
    numbers = Struct(f">{2 * count}I").unpack_from(body)
    return CodedSegment(path, _HEAD.size + 8 * count, numbers[:count], numbers[count:], cached=True)
