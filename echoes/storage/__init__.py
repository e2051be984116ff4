"""Private files: put, read and deleted by key, seen from outside by signed URLs that expire."""

import logging
from collections.abc import Iterable
from functools import cache, partial

from echoes.errors import StorageUnavailable, brief
from echoes.settings import Settings, get_settings, signing_key
from echoes.storage.base import (
    INCOMING,
    LIBRARY,
    Storage,
    StorageUnusable,
    StoredFile,
    every_file,
    new_key,
)
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner

logger = logging.getLogger(__name__)

__all__ = [
    "INCOMING",
    "LIBRARY",
    "Storage",
    "StorageUnusable",
    "StoredFile",
    "delete_unnamed",
    "every_file",
    "get_storage",
    "is_intact",
    "make_s3_storage",
    "make_storage",
    "new_key",
]


def is_intact(key: str, size_bytes: int | None) -> bool:
    """Whether a file has the size that its row says; see `Storage.is_intact`."""
    return get_storage().is_intact(key, size_bytes)


def delete_unnamed(keys: Iterable[str]) -> None:
    """Delete files that no row will ever name. What cannot be reached is left to the cleanup."""
    try:
        get_storage().delete(keys)
    except StorageUnavailable as error:
        logger.warning("files that no row names stay until they are cleaned up: %s", brief(error))


@cache
def get_storage() -> Storage:
    """The storage of this process, as the settings want it."""
    return make_storage(get_settings())


def make_storage(settings: Settings) -> Storage:
    """As these settings want it."""
    if settings.storage == "s3":
        return make_s3_storage(settings)
    return LocalStorage(settings.files_dir, UrlSigner(partial(signing_key, settings)))


def make_s3_storage(settings: Settings) -> Storage:
    from echoes.storage.s3.storage import S3Storage  # boto3 takes a quarter of a second to be imported.

    return S3Storage(settings)
