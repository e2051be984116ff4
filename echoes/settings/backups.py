"""Where backups go: a folder, or a bucket with a prefix."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from echoes.settings.fields import Settings
from echoes.settings.s3 import is_bucket, is_prefix

S3 = "s3://"


@dataclass(frozen=True, slots=True)
class BucketAddress:
    bucket: str
    prefix: str
    """Empty, or with a slash at its end."""


def bucket_address(backup_to: str) -> BucketAddress | None:
    """None for a folder."""
    if not backup_to.startswith(S3):
        return None
    parts = urlsplit(backup_to)
    prefix = parts.path.strip("/")
    return BucketAddress(parts.netloc, f"{prefix}/" if prefix else "")


def checks_of_backups(settings: Settings) -> dict[str, bool]:
    """Sentences, and whether all is well with what they say."""
    address = bucket_address(settings.backup_to)
    folder = Path(settings.backup_to) if settings.backup_to and address is None else None
    return {
        "ECHOES_BACKUP_TO must be s3://bucket/prefix, in small letters and digits, or a folder that begins "
        "with a slash.": (
            is_bucket(address.bucket) and is_prefix(address.prefix)
            if address
            else folder is None or folder.is_absolute()
        ),
        "ECHOES_BACKUP_TO must not lie in the data folder: what takes one of them would take both.": (
            folder is None or not folder.is_relative_to(settings.data_dir)
        ),
        "ECHOES_BACKUP_TO must not be where the files themselves are (ECHOES_S3_BUCKET, ECHOES_S3_PREFIX): "
        "add a prefix of its own.": (
            address is None
            or settings.storage != "s3"
            or address != BucketAddress(settings.s3_bucket, settings.s3_prefix)
        ),
    }
