"""LRU cache of downloaded files, bounded in bytes, shared by the threads and processes of one machine.

A file that is in use carries a shared lock (flock), which the kernel takes away from whoever is killed; what
is locked is never evicted. A download has a name of its own and an exclusive lock until it is whole, and its
length from the beginning, so that it is counted.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Self

from echoes.errors import StorageUnavailable
from echoes.settings import MEGABYTE, Settings
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder

LEAST_FREE = 64 * MEGABYTE
"""Of the disk, which others need too."""
STALLED_SECONDS = 60.0
"""A download that does not grow for so long is not waited for: its process may be frozen."""
LOOK_SECONDS = 0.05
LOCK_SECONDS = 10.0

Download = Callable[[BinaryIO], object]


class CopyCache:
    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.storage_cache_dir, settings.storage_cache_bytes)

    @contextmanager
    def held(self, name: str, size: int, download: Download) -> Iterator[Path]:
        """The file of this name, downloaded if need be. It stays as long as the block lasts."""
        with full_or_read_only_disk_in_words():
            make_folder(self._folder)
            descriptor, path = self._acquired(name, size, download)
        try:
            yield path
        finally:
            if path.name != name:
                path.unlink(missing_ok=True)
            os.close(descriptor)

    def adopt(self, name: str, source: Path) -> None:
        """Take a file over that is known to be what a download would bring. Or delete it."""
        with suppress(OSError):
            make_folder(self._folder)
            self._make_room(source.stat().st_size)
            os.link(source, self._folder / name)
        source.unlink()

    def forget(self, prefixes: tuple[str, ...]) -> None:
        """What begins so is gone for good."""
        for entry in self._entries():
            if entry.name.startswith(prefixes):
                _evict(entry)

    def forget_unused(self, age: timedelta) -> None:
        """What nobody has used for so long, and what killed downloads have left."""
        for entry in self._entries():
            with suppress(FileNotFoundError):
                if entry.name[0] == "." or entry.stat().st_mtime < time.time() - age.total_seconds():
                    _evict(entry)

    def _acquired(self, name: str, size: int, download: Download) -> tuple[int, Path]:
        path, part = self._folder / name, self._folder / f".{name}"
        while True:
            if (descriptor := _shared(path, size)) is not None:
                return descriptor, path
            if (descriptor := _exclusive(part)) is not None:
                return self._filled(descriptor, part, path, size, download), path
            if _age(part) > STALLED_SECONDS:
                return self._private(part, size, download)
            time.sleep(LOOK_SECONDS)

    def _filled(self, descriptor: int, part: Path, path: Path, size: int, download: Download) -> int:
        """While this part is locked nobody else downloads it, but somebody may just have done so."""
        try:
            if (finished := _shared(path, size)) is not None:
                part.unlink()
                os.close(descriptor)
                return finished
            self._download(descriptor, size, download)
            part.replace(path)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        except BaseException:
            part.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        return descriptor

    def _private(self, part: Path, size: int, download: Download) -> tuple[int, Path]:
        """For this one user, under a name that nobody else knows."""
        own = part.with_name(f"{part.name}.{os.getpid()}-{time.monotonic_ns()}{part.suffix}")
        descriptor = _exclusive(own)
        assert descriptor is not None  # noqa: S101 - the name is new
        try:
            self._download(descriptor, size, download)
        except BaseException:
            own.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        return descriptor, own

    def _download(self, descriptor: int, size: int, download: Download) -> None:
        os.ftruncate(descriptor, 0)
        self._make_room(size, descriptor)
        with os.fdopen(os.dup(descriptor), "wb") as file:
            download(file)
            if file.tell() != size:
                raise StorageUnavailable(f"a download broke off: {file.tell()} bytes of {size}")
            file.flush()
            os.fsync(descriptor)

    def _make_room(self, size: int, reserved: int | None = None) -> None:
        """Evicts what was used least recently, until this fits. What is in use stays, whatever the bound."""
        with self._locked():
            entries = sorted(_known(self._entries()), key=lambda known: known[1].st_mtime)
            used = sum(status.st_size for _, status in entries)
            for entry, status in entries:
                free = shutil.disk_usage(self._folder).free
                if used + size <= self._most and free >= size + LEAST_FREE:
                    break
                if _evict(entry):
                    used -= status.st_size
            if reserved is not None:
                os.ftruncate(reserved, size)

    def _entries(self) -> Iterator[Path]:
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            yield from (Path(entry.path) for entry in list(entries) if entry.name != LOCK)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process makes room at a time. One that is frozen meanwhile is not waited for for ever."""
        descriptor, deadline = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600), time.monotonic()
        try:
            while not _try_lock(descriptor, fcntl.LOCK_EX) and time.monotonic() < deadline + LOCK_SECONDS:
                time.sleep(LOOK_SECONDS)
            yield
        finally:
            os.close(descriptor)


LOCK = ".lock"


def _shared(path: Path, size: int) -> int | None:
    """A whole file, locked against eviction and marked as used just now; None where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if _is_there(path, descriptor) and os.fstat(descriptor).st_size == size:
        os.utime(descriptor)
        return descriptor
    os.close(descriptor)
    _evict(path)
    return None


def _exclusive(part: Path) -> int | None:
    """The file, made if need be, and locked; None where somebody else has it."""
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    if _try_lock(descriptor, fcntl.LOCK_EX) and _is_there(part, descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _evict(path: Path) -> bool:
    """Unless somebody uses it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        is_unused = _try_lock(descriptor, fcntl.LOCK_EX) and _is_there(path, descriptor)
        if is_unused:
            path.unlink()
        return is_unused
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(path: Path, descriptor: int) -> bool:
    """Whether the name still leads to the file that was opened by it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _known(entries: Iterator[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    for entry in entries:
        with suppress(FileNotFoundError):
            yield entry, entry.stat()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
