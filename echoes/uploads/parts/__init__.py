"""The bytes of resumable uploads under way: in a folder of this machine, or as parts in the storage."""

from echoes.storage import get_storage
from echoes.uploads.parts.base import PartStore, PartWriter, UploadBusy
from echoes.uploads.parts.local import LocalParts
from echoes.uploads.parts.stored import StoredParts

__all__ = ["PartStore", "PartWriter", "UploadBusy", "get_part_store"]


def get_part_store() -> PartStore:
    """Where the files are shared by many machines, any of them may get an upload's next request."""
    storage = get_storage()
    return StoredParts(storage) if storage.is_shared else LocalParts()
