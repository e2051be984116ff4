"""Writing that survives a power cut, and a full disk said in words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from echoes.errors import ReadOnly, StorageFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def full_disk_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull from error
        raise


@contextmanager
def full_or_read_only_disk_in_words() -> Iterator[None]:
    """For our own folders, where nothing but a disk that is mounted or owned wrongly denies anything."""
    try:
        with full_disk_in_words():
            yield
    except OSError as error:
        if error.errno in NOT_ALLOWED:
            raise ReadOnly from error
        raise


def make_folder(folder: Path) -> None:
    """Private to this account of the machine, and durable with all its parents."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """A file's content, or a folder's names, are on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
