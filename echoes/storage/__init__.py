"""Private files: put, read and deleted by key, seen from outside by signed URLs that expire."""

from functools import cache

from echoes.settings import get_settings, signing_key
from echoes.storage.base import LIBRARY, Storage, new_key
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner

__all__ = ["LIBRARY", "Storage", "get_storage", "new_key"]


@cache
def get_storage() -> Storage:
    """The storage of this process, as the settings want it."""
    settings = get_settings()
    return LocalStorage(settings.files_dir, UrlSigner(signing_key(settings)))
