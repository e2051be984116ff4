"""Part files: unfinished uploads in a folder of this machine, a file for each, locked by fcntl."""

import fcntl
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from echoes.models import Upload
from echoes.settings import get_settings
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder
from echoes.uploads.parts.base import UploadBusy


def path_of(upload_id: UUID) -> Path:
    return get_settings().incoming_dir / str(upload_id)


class LocalParts:
    def open(self, upload: Upload) -> "PartFile":
        return PartFile(upload.id)

    def received(self, upload_id: UUID) -> int:
        try:
            return path_of(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def last_written(self) -> dict[UUID, datetime]:
        found = {}
        for path in incoming_files():
            with suppress(FileNotFoundError, ValueError):  # Taken in while we looked; or no upload's.
                found[UUID(path.name)] = _written(path)
        return found

    def discard(self, upload_id: UUID) -> None:
        path_of(upload_id).unlink(missing_ok=True)

    def delete_abandoned(self, before: datetime) -> None:
        delete_old_files(before)


class PartFile:
    """The lock falls with its process, whatever becomes of it."""

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
        """What does fit on a full disk stays, to go on from there."""
        with full_or_read_only_disk_in_words():
            write_at(self._descriptor, data, offset)

    def flush(self) -> None:
        """Nothing is held back: the size of the file is what was received."""

    def renew(self) -> None:
        """The operating system knows whether this process lives."""

    def whole(self) -> Path:
        return self.path

    def close(self) -> None:
        os.close(self._descriptor)


def write_at(descriptor: int, data: bytes | bytearray, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def incoming_files() -> list[Path]:
    folder = get_settings().incoming_dir
    return list(folder.iterdir()) if folder.is_dir() else []


def delete_old_files(before: datetime) -> None:
    """Files of uploads that nobody goes on with, and folders that a killed process left."""
    for path in incoming_files():
        with suppress(FileNotFoundError):  # Taken in while we looked.
            if _written(path) >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
