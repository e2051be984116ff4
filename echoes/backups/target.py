"""The target of backups: one storage of snapshots and one of mirrored files, in a folder or a bucket."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from echoes.errors import BadInput
from echoes.settings import MEGABYTE, Settings
from echoes.settings.sections.backups import BucketAddress, bucket_address
from echoes.storage import make_s3_storage
from echoes.storage.base import Storage, StorageUnusable
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner

FILES = "files"
LEAST_CACHE = 64 * MEGABYTE
NOT_SET = (
    "ECHOES_BACKUP_TO is not set. Name a folder, best on another disk, or s3://bucket/prefix; or give the"
    " command a FILE.tar.gz."
)


@dataclass(frozen=True, slots=True)
class BackupTarget:
    name: str
    snapshots: Storage
    files: Storage
    """Under the keys of the files that they are copies of."""


def target_of(settings: Settings) -> BackupTarget:
    """Raises BadInput without the setting, StorageUnusable for a folder or a bucket that is not there."""
    if not settings.backup_to:
        raise BadInput(NOT_SET)
    if address := bucket_address(settings.backup_to):
        snapshots, files = (_bucket(settings, address, folder) for folder in ("", f"{FILES}/"))
    else:
        snapshots, files = _folders(Path(settings.backup_to))
    snapshots.list(limit=1)  # Whether it answers and lets us in.
    return BackupTarget(settings.backup_to, snapshots, files)


def _bucket(settings: Settings, address: BucketAddress, folder: str) -> Storage:
    """Its copies on this machine are scratch, and do not push out those that Echoes works with."""
    return make_s3_storage(
        settings.model_copy(
            update={
                "s3_bucket": address.bucket,
                "s3_prefix": address.prefix + folder,
                "data_dir": settings.work_dir / "backup-copies",
                "storage_cache_bytes": LEAST_CACHE,
            }
        )
    )


def shares_disk(settings: Settings) -> bool:
    """Whether what takes the disk of the data takes the backups, too."""
    folder = Path(settings.backup_to)
    return (
        bucket_address(settings.backup_to) is None
        and folder.is_dir()
        and folder.stat().st_dev == settings.data_dir.stat().st_dev
    )


def _folders(folder: Path) -> tuple[LocalStorage, LocalStorage]:
    """It must be there: made by us, it would be on the wrong disk when its own is not mounted."""
    if not folder.is_dir():
        raise StorageUnusable(f"The backup folder {folder} does not exist", "Create it, or mount the disk.")
    return _folder_storage(folder), _folder_storage(folder / FILES)


def _folder_storage(folder: Path) -> LocalStorage:
    """Nobody is given a URL of a backup: its signatures are worth nothing."""
    return LocalStorage(folder, UrlSigner(secrets.token_bytes(32)))
