"""What every storage does, and the names that files have in it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from echoes.errors import InternalError
from echoes.models import new_id

LIBRARY = "library"
"""The owner of files that belong to nobody, such as the bundled music."""

INCOMING = "incoming"
"""In place of an owner: parts of uploads under way, which no row names."""

_PART = "[a-z0-9][a-z0-9_-]{0,63}"
_KEY = re.compile(rf"{_PART}/{_PART}/{_PART}\.[a-z0-9]{{1,8}}", re.ASCII)
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_/.-]{0,200}|", re.ASCII)
PAGE = 1000
"""Files in one page of a list."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A line of a list: the key, the size in bytes, and when it was put (UTC)."""

    key: str
    size: int
    modified: datetime


class StorageUnusable(InternalError):
    """The storage cannot be worked with as it is set up: why, and what an operator does about it."""

    code = "storage_unusable"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


class Storage(Protocol):
    """Files never change once they are put: another content is another key."""

    def put(self, key: str, source: Path) -> None:
        """Take the file over: whole and durable under its key, gone from `source`; or, if this fails,
        untouched where it was. Raises StorageFull."""

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """The file on this machine for the length of the block, not to be written. Raises NotFound."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> AbstractContextManager[BinaryIO]:
        """Its bytes from `start` to before `end` as a stream, without a copy on this machine.
        Raises NotFound."""

    def exists(self, key: str) -> bool: ...

    def size(self, key: str) -> int:
        """In bytes. Raises NotFound."""

    def list(self, prefix: str = "", *, after: str = "", limit: int = PAGE) -> list[StoredFile]:
        """One page: at most `limit` files whose keys begin with `prefix` and come after the key `after`,
        in the order of their keys. `every_file` asks for all pages."""

    def url(self, key: str, *, size_bytes: int | None = None, download_name: str | None = None) -> str:
        """Opens the file, and nothing else, for an hour at most. The same URL is returned for most of that
        time, so that browsers keep what they have. What has another size than its row says is not served."""

    def delete(self, keys: Iterable[str]) -> None:
        """All of them, however many. What is not there needs no deleting."""

    @property
    def origin(self) -> str:
        """`https://host` where its URLs lead, for the content security policy; "" for our own pages'."""

    @property
    def is_shared(self) -> bool:
        """Whether all machines of an installation see the same files, so that any of them can go on with what
        another one began."""

    def is_intact(self, key: str, size_bytes: int | None) -> bool:
        """Whether a file has the size that its row says. Asks nobody else, since pages ask for many: True
        where files are whole or not at all. What is not there is said by whoever opens it."""

    def probe(self) -> None:
        """Whether it can be worked with right now, by one request. Raises StorageUnavailable, or
        StorageFull or ReadOnly."""

    def check(self) -> str:
        """What it is, in words for `echoes doctor`, which looks at all of it. Raises StorageUnusable."""


def every_file(storage: Storage, prefix: str = "") -> Iterator[StoredFile]:
    """All files whose keys begin with `prefix`, page by page; what is put meanwhile may be missing."""
    after = ""
    while page := storage.list(prefix, after=after):
        yield from page
        after = page[-1].key


def new_key(owner_id: UUID | None, kind: str, suffix: str, file_id: UUID | None = None) -> str:
    """`<owner>/<kind>/<id>.<suffix>`; a job that may run twice gives the id, and so overwrites itself."""
    return checked_key(f"{owner_id or LIBRARY}/{kind}/{file_id or new_id()}.{suffix}")


def checked_key(key: str) -> str:
    """The key itself; ValueError for what can be no key, above all for a path that leads elsewhere."""
    if not is_key(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def kind_of(key: str) -> str:
    """`takes` of a take's file: what may be said of a key, which begins with whose it is."""
    return key.split("/")[1]


def checked_prefix(prefix: str) -> str:
    """The prefix itself; ValueError for what no key can begin with."""
    if not _PREFIX.fullmatch(prefix) or ".." in prefix or "//" in prefix:
        raise ValueError(f"not a prefix of storage keys: {prefix!r}")
    return prefix
