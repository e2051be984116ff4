"""Where backups go: a folder, or a bucket with a prefix."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.sections.s3 import is_bucket, is_prefix

if TYPE_CHECKING:
    from echoes.settings.fields import Settings


class BackupSettings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    backup_to: str = ""
    """Where backups are made every night: a folder, best on another disk, or s3://bucket/prefix. Without it
    Echoes makes none by itself."""
    backup_hour: int = Field(default=3, ge=0, le=23)
    """The hour of the nightly backup, by UTC. A machine that is off then makes it when it is on again."""
    backup_files: bool = True
    """`false`: the database and a list of the files alone, where a bucket keeps earlier versions itself."""
    backups_daily: int = Field(default=7, ge=1, le=1000)
    """For how many days the last backup of each is kept."""
    backups_weekly: int = Field(default=4, ge=0, le=1000)
    """For how many weeks the last backup of each is kept, beside those of the days."""


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


def checks_of_backups(settings: "Settings") -> dict[str, bool]:
    """Sentences, and whether all is well with what they say."""
    address = bucket_address(settings.backup_to)
    folder = Path(settings.backup_to) if settings.backup_to and address is None else None
    return {
        "ECHOES_BACKUP_TO must be s3://bucket/prefix, in lower-case letters and digits, or a folder that "
        "begins with a slash.": (
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
