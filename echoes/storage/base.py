"""What every storage does, and the names that files have in it."""

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from echoes.models import new_id

LIBRARY = "library"
"""The owner of files that belong to nobody, such as the bundled music."""

_PART = "[a-z0-9][a-z0-9_-]{0,63}"
_KEY = re.compile(rf"{_PART}/{_PART}/{_PART}\.[a-z0-9]{{1,8}}", re.ASCII)


class Storage(Protocol):
    """Files never change once they are put: another content is another key."""

    def put(self, key: str, source: Path) -> None:
        """Take the file over: whole and durable under its key, gone from `source`; or, if this fails,
        untouched where it was. Raises StorageFull."""

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """The file on this machine for the length of the block, not to be written. Raises NotFound."""

    def size(self, key: str) -> int:
        """In bytes. Raises NotFound."""

    def url(self, key: str, *, size_bytes: int | None = None, download_name: str | None = None) -> str:
        """Opens the file, and nothing else, for an hour at most. The same URL is returned for most of that
        time, so that browsers keep what they have. What has another size than its row says is not served."""

    def delete(self, keys: Iterable[str]) -> None:
        """What is not there needs no deleting."""


def new_key(owner_id: UUID | None, kind: str, suffix: str, file_id: UUID | None = None) -> str:
    """`<owner>/<kind>/<id>.<suffix>`; a job that may run twice gives the id, and so overwrites itself."""
    return checked_key(f"{owner_id or LIBRARY}/{kind}/{file_id or new_id()}.{suffix}")


def checked_key(key: str) -> str:
    """The key itself; ValueError for what can be no key, above all for a path that leads elsewhere."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key
