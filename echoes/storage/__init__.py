"""Private files: put, read and deleted by key, seen from outside by signed URLs that expire."""

from functools import cache

from echoes.errors import NotFound
from echoes.settings import Settings, get_settings, signing_key
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
    "make_s3_storage",
    "make_storage",
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
    return make_storage(get_settings())


def make_storage(settings: Settings) -> Storage:
    """As these settings want it."""
    if settings.storage == "s3":
        return make_s3_storage(settings)
    return LocalStorage(settings.files_dir, UrlSigner(signing_key(settings)))


def make_s3_storage(settings: Settings) -> Storage:
    from echoes.storage.s3 import S3Storage  # boto3 takes a quarter of a second to be imported.

    return S3Storage(settings)
