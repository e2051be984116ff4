"""Parts of uploads as objects in the storage, so that each request may reach another machine.

A part's key says where it begins and how long it is: whoever writes late, or again, changes no other one.
What was received is the chain of parts without a gap. Every request gathers what it brings in a scratch file
of its machine, which becomes the whole file when the last byte is there.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from echoes.models import Upload
from echoes.settings import get_settings
from echoes.storage import INCOMING, Storage, StoredFile, every_file
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder
from echoes.uploads.parts.lease import UploadLease
from echoes.uploads.parts.local import delete_old_files, write_at

MOST_PER_PART = 8 * 1024 * 1024
LEAST_PER_PART = 256 * 1024
"""A shorter part at the end is written anew together with what follows: small requests make few objects."""


@dataclass(frozen=True)
class StoredPart:
    key: str
    start: int
    end: int

    @classmethod
    def of(cls, file: StoredFile) -> "StoredPart":
        start = int(Path(file.key).stem.partition("-")[0])
        return cls(file.key, start, start + file.size)


def chain(parts: Iterable[StoredPart]) -> list[StoredPart]:
    """Those that make up the file from its beginning without a gap; they may overlap."""
    linked: list[StoredPart] = []
    for part in sorted(parts, key=lambda part: (part.start, part.end)):
        reached = linked[-1].end if linked else 0
        if part.start <= reached < part.end:
            linked.append(part)
    return linked


class StoredParts:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, upload: Upload) -> "StoredPartWriter":
        return StoredPartWriter(self._storage, upload)

    def received(self, upload_id: UUID) -> int:
        parts = chain_of(self._storage, upload_id)
        return parts[-1].end if parts else 0

    def last_written(self) -> dict[UUID, datetime]:
        found: dict[UUID, datetime] = {}
        for file in every_file(self._storage, f"{INCOMING}/"):
            upload_id = UUID(file.key.split("/")[1])
            found[upload_id] = max(file.modified, found.get(upload_id, file.modified))
        return found

    def discard(self, upload_id: UUID) -> None:
        self._storage.delete([file.key for file in every_file(self._storage, _prefix(upload_id))])

    def delete_abandoned(self, before: datetime) -> None:
        delete_old_files(before)
        for upload_id, written in self.last_written().items():
            if written < before:
                self.discard(upload_id)


class StoredPartWriter:
    """Bytes that are gathered lie at their own places in the scratch file; `_kept` is where the parts end."""

    def __init__(self, storage: Storage, upload: Upload) -> None:
        self._storage, self._upload_id = storage, upload.id
        self._lease = UploadLease(upload)
        try:
            with full_or_read_only_disk_in_words():
                make_folder(get_settings().incoming_dir)
                self._folder = Path(tempfile.mkdtemp(dir=get_settings().incoming_dir, prefix="gathering-"))
                self._file: IO[bytes] = (self._folder / str(upload.id)).open("w+b", buffering=0)
        except BaseException:
            self._lease.release()
            raise
        self._start: int | None = None
        self._kept = self._reached = 0
        self._outgrown: StoredPart | None = None

    def write(self, data: bytes | bytearray, offset: int) -> None:
        if not data:
            return
        if self._start is None:
            self._begin(offset)
        with full_or_read_only_disk_in_words():
            write_at(self._file.fileno(), data, offset)
        self._reached = offset + len(data)
        if self._reached - self._kept >= MOST_PER_PART:
            self.flush()

    def flush(self) -> None:
        if self._reached == self._kept:
            return
        self._lease.renew()  # Whoever was away for long must not go on.
        key = f"{_prefix(self._upload_id)}{self._kept:015}-{self._reached - self._kept}.part"
        with full_or_read_only_disk_in_words():
            self._storage.put(key, self._cut())
        if self._outgrown and self._outgrown.key != key:
            self._storage.delete([self._outgrown.key])
        self._outgrown, self._kept = None, self._reached

    def renew(self) -> None:
        self._lease.renew()

    def whole(self) -> Path:
        for part in chain_of(self._storage, self._upload_id):
            if self._start is None or part.start < self._start:
                self._fetch(part)
        return Path(self._file.name)

    def close(self) -> None:
        try:
            self._file.close()
            shutil.rmtree(self._folder)
        finally:
            self._lease.release()

    def _begin(self, offset: int) -> None:
        self._start = self._kept = self._reached = offset
        last = next((part for part in chain_of(self._storage, self._upload_id) if part.end == offset), None)
        if last and last.end - last.start < LEAST_PER_PART:
            self._fetch(last)
            self._start = self._kept = last.start
            self._outgrown = last

    def _fetch(self, part: StoredPart) -> None:
        with self._storage.open(part.key) as source, full_or_read_only_disk_in_words():
            self._file.seek(part.start)
            shutil.copyfileobj(source, self._file, 1024 * 1024)

    def _cut(self) -> Path:
        """What was gathered since the last part, as a file for the storage to take over."""
        piece = self._folder / "piece.part"
        with piece.open("wb") as target:
            place = self._kept
            while place < self._reached:
                data = os.pread(self._file.fileno(), min(1024 * 1024, self._reached - place), place)
                target.write(data)
                place += len(data)
        return piece


def chain_of(storage: Storage, upload_id: UUID) -> list[StoredPart]:
    return chain(StoredPart.of(file) for file in every_file(storage, _prefix(upload_id)))


def _prefix(upload_id: UUID) -> str:
    return f"{INCOMING}/{upload_id}/"
