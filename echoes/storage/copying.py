"""Copy a file from one storage into another, hashed by SHA-256 as it is read."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from echoes.storage.base import Storage
from echoes.storage.disk import full_disk_in_words

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileFact:
    """What is known of a file's content; `sha256` is empty where nobody has read it."""

    size: int
    sha256: str


def copy_file(source: Storage, target: Storage, key: str, scratch: Path) -> FileFact:
    """By way of a file in the folder `scratch`. Raises NotFound for what the source no longer has."""
    part = scratch / secrets.token_hex(8)
    try:
        fact = copy_out(source, key, part)
        target.put(key, part)
    finally:
        part.unlink(missing_ok=True)
    return fact


def copy_out(source: Storage, key: str, path: Path) -> FileFact:
    """Onto this machine. Raises NotFound, StorageFull."""
    with full_disk_in_words(), source.open(key) as stream, path.open("xb") as copy:
        return _hashed(stream, copy)


def fact_of(storage: Storage, key: str) -> FileFact:
    """Reads the whole file. Raises NotFound."""
    with storage.open(key) as stream:
        return _hashed(stream)


def fact_of_path(path: Path) -> FileFact:
    with path.open("rb") as file:
        return _hashed(file)


def _hashed(stream: BinaryIO, copy: BinaryIO | None = None) -> FileFact:
    content, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        content.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return FileFact(size, content.hexdigest())
