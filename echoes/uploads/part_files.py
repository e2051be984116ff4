"""Part files of resumable uploads.

The bytes of uploads under way, a file for each, written by one request at a time.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from echoes.errors import EchoesError
from echoes.settings import get_settings
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder


class UploadBusy(EchoesError):
    """Another request is writing this file. The lock falls with its process, whatever becomes of it."""

    status = 423
    code = "upload_busy"

    def __init__(self) -> None:
        super().__init__("This file is already on its way. It will continue in a moment.")


def path_of(upload_id: UUID) -> Path:
    return get_settings().incoming_dir / str(upload_id)


def received(upload_id: UUID) -> int:
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def discard(upload_id: UUID) -> None:
    path_of(upload_id).unlink(missing_ok=True)


def last_written(upload_id: UUID) -> datetime:
    try:
        return _written(path_of(upload_id))
    except FileNotFoundError:
        return datetime.min.replace(tzinfo=UTC)


def delete_abandoned(before: datetime) -> None:
    """Files of uploads that nobody goes on with, and folders that a killed process left."""
    folder = get_settings().incoming_dir
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # Taken in while we looked.
            if _written(path) >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class PartFile:
    """Held by one request: a second one finds it busy, in this process or in another."""

    def __init__(self, upload_id: UUID) -> None:
        self.path = path_of(upload_id)
        with full_or_read_only_disk_in_words():
            make_folder(self.path.parent)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise UploadBusy from error

    def write(self, data: bytes | bytearray, offset: int) -> None:
        """Raises StorageFull; what did fit stays, to go on from there."""
        with full_or_read_only_disk_in_words():
            rest = memoryview(data)
            while rest:
                written = os.pwrite(self._descriptor, rest, offset)
                rest, offset = rest[written:], offset + written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
