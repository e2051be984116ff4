"""Files in a folder of this machine."""

import builtins
import errno
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from echoes.errors import NotFound
from echoes.observability.tracing import span
from echoes.storage.base import (
    PAGE,
    StorageUnusable,
    StoredFile,
    checked_key,
    checked_prefix,
    is_key,
    kind_of,
)
from echoes.storage.damage import has_size
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder, sync
from echoes.storage.signing import UrlSigner


class LocalStorage:
    def __init__(self, folder: Path, signer: UrlSigner) -> None:
        self._folder = folder
        self.signer = signer

    def put(self, key: str, source: Path) -> None:
        target, size = self._path(key), source.stat().st_size
        put = span("storage put", storage__kind=kind_of(key), storage__bytes=size)
        with put, full_or_read_only_disk_in_words():
            make_folder(target.parent)
            sync(source)
            _move(source, target)
            sync(target.parent)

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise NotFound
        yield path

    @contextmanager
    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[BinaryIO]:
        with self.local_path(key) as path, path.open("rb") as file:
            file.seek(start)
            yield file if end is None else cast(BinaryIO, io.BufferedReader(_Part(file, end - start)))

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def size(self, key: str) -> int:
        with self.local_path(key) as path:
            return path.stat().st_size

    def list(self, prefix: str = "", *, after: str = "", limit: int = PAGE) -> builtins.list[StoredFile]:
        found = _walk(self._folder, "", checked_prefix(prefix), after)
        return builtins.list(islice(found, limit))

    def url(self, key: str, *, size_bytes: int | None = None, download_name: str | None = None) -> str:
        return self.signer.url(checked_key(key), size_bytes, download_name)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    @property
    def origin(self) -> str:
        return ""

    @property
    def is_shared(self) -> bool:
        return False

    def is_intact(self, key: str, size_bytes: int | None) -> bool:
        """A failing disk, or a copy that broke off, leaves less."""
        try:
            return size_bytes is None or has_size(key, self.size(key), size_bytes)
        except NotFound:
            return True

    def probe(self) -> None:
        with full_or_read_only_disk_in_words():
            make_folder(self._folder)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(b"Echoes")

    def check(self) -> str:
        folder = next(folder for folder in (self._folder, *self._folder.parents) if folder.is_dir())
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise StorageUnusable(
                f"{folder} cannot be written", "Give this account of the machine the right to it."
            )
        return str(self._folder)

    def _path(self, key: str) -> Path:
        return self._folder / checked_key(key)


class _Part(io.RawIOBase):
    """The next `length` bytes of a file."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, max(0, length)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def _walk(folder: Path, above: str, prefix: str, after: str) -> Iterator[StoredFile]:
    """In the order of whole keys: a folder is sorted as the slash behind it demands. What goes meanwhile, and
    what is no key of ours, is passed over."""
    for name in _names(folder):
        key = above + name
        if not (key.startswith(prefix) or prefix.startswith(key)) or (
            key <= after and not after.startswith(key)
        ):
            continue
        if name.endswith("/"):
            yield from _walk(folder / name, key, prefix, after)
        elif key.startswith(prefix) and key > after and is_key(key):
            with suppress(FileNotFoundError):
                status = (folder / name).stat()
                yield StoredFile(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _names(folder: Path) -> builtins.list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name + "/" if entry.is_dir() else entry.name for entry in entries)
    except FileNotFoundError:
        return []


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across_disks(source, target)


def _move_across_disks(source: Path, target: Path) -> None:
    """By way of a name beside the target that can be no key, so that nobody sees half a file."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        shutil.copyfile(source, part)
        sync(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    source.unlink()
