"""What every store of unfinished uploads does."""

from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from echoes.errors import EchoesError
from echoes.models import Upload


class UploadBusy(EchoesError):
    """Another request is writing this upload, here or on another machine."""

    status = 423
    code = "upload_busy"

    def __init__(self) -> None:
        super().__init__("This file is already on its way. It will continue in a moment.")


class PartWriter(Protocol):
    """The lock of one upload, held by one request: until `close`, a second one finds it busy."""

    def write(self, data: bytes | bytearray, offset: int) -> None:
        """The first bytes go where what has been received ends, or before; all others follow one another.
        Raises StorageFull, ReadOnly, UploadBusy."""

    def flush(self) -> None:
        """What was written is received when this returns, whatever becomes of this machine."""

    def renew(self) -> None:
        """Called every few seconds, to show that this machine still lives. Raises UploadBusy if it came too
        late, and another request has the lock."""

    def whole(self) -> Path:
        """All that was received as one file of this machine, until `close`."""

    def close(self) -> None:
        """Gives the lock back."""


class PartStore(Protocol):
    """Bytes of uploads under way, each written by one request at a time, on whichever machine."""

    def open(self, upload: Upload) -> PartWriter:
        """Raises UploadBusy."""

    def received(self, upload_id: UUID) -> int:
        """Bytes from the beginning without a gap."""

    def last_written(self) -> dict[UUID, datetime]:
        """When bytes were last added, of all uploads that have any."""

    def discard(self, upload_id: UUID) -> None: ...

    def delete_abandoned(self, before: datetime) -> None:
        """Bytes to which none were added since, and what killed processes left on this machine."""
