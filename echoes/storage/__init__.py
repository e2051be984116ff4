"""Private files: put, read and deleted by key, seen from outside by signed URLs that expire."""

from functools import cache

from echoes.errors import NotFound
from echoes.settings import get_settings, signing_key
from echoes.storage.base import (
    LIBRARY,
    Storage,
    StorageUnusable,
    StoredFile,
    every_file,
    new_key,
)
from echoes.storage.damage import has_size
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner

__all__ = [
    "LIBRARY",
    "Storage",
    "StorageUnusable",
    "StoredFile",
    "every_file",
    "get_storage",
    "is_intact",
    "new_key",
]


def is_intact(key: str, size_bytes: int | None) -> bool:
    """Whether a file has the size that its row says: a failing disk, or a copy that broke off, leaves less.
    What is not there at all is said by whoever opens it."""
    if size_bytes is None:
        return True
    try:
        return has_size(key, get_storage().size(key), size_bytes)
    except NotFound:
        return True


@cache
def get_storage() -> Storage:
    """The storage of this process, as the settings want it."""
    settings = get_settings()
    if settings.storage == "s3":
        from echoes.storage.s3 import S3Storage  # boto3 takes a quarter of a second to be imported.

        return S3Storage(settings)
    return LocalStorage(settings.files_dir, UrlSigner(signing_key(settings)))
