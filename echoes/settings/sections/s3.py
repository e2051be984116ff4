"""Settings of a bucket: its name, where it is reached, and what browsers need of it."""

import os
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.urls import is_address, is_https

if TYPE_CHECKING:
    from echoes.settings.fields import Settings

Addressing = Literal["auto", "path", "virtual"]
Encryption = Literal["", "AES256", "aws:kms"]


class S3Settings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    storage: Literal["folder", "s3"] = "folder"
    """`folder`: files lie in the data folder. `s3`: in a bucket of Amazon S3 or of a service that is
    compatible with it, which any number of machines share."""
    s3_bucket: str = ""
    """The bucket, which must be private. Credentials come from where all of AWS's programs look for them:
    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine."""
    s3_endpoint: str = ""
    """Where the service is reached, such as https://s3.eu-central-003.backblazeb2.com. Without it: Amazon
    S3."""
    s3_public_endpoint: str = ""
    """Where browsers reach the service, if they cannot reach it at ECHOES_S3_ENDPOINT."""
    s3_region: str = ""
    """The region of the bucket, such as eu-central-1 (Cloudflare R2: auto). Without it: AWS_REGION, or that
    of the profile."""
    s3_prefix: str = ""
    """What all keys in the bucket begin with, such as echoes/, if other things lie there too."""
    s3_addressing: Addressing = "auto"
    """`virtual`: https://bucket.host/key. `path`: https://host/bucket/key, as MinIO and Garage mostly want
    it. `auto`: virtual on Amazon, path elsewhere."""
    s3_encryption: Encryption = ""
    """What the service encrypts files with where they lie: AES256, or aws:kms. Without it: what the bucket
    says."""
    s3_kms_key: str = ""
    """aws:kms: the key's id or ARN. Without it: the account's own key for S3."""


_BUCKET = re.compile(r"(?!xn--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{1,40}|", re.ASCII)
_PREFIX = re.compile(r"([a-z0-9][a-z0-9_-]{0,63}/){0,4}", re.ASCII)


def checks_of_s3(settings: "Settings") -> dict[str, bool]:
    """Sentences, and whether all is well with what they say. Also of a bucket that files will be moved to."""
    reached = settings.s3_public_endpoint or settings.s3_endpoint
    name = "ECHOES_S3_PUBLIC_ENDPOINT" if settings.s3_public_endpoint else "ECHOES_S3_ENDPOINT"
    return {
        "ECHOES_S3_BUCKET must be set, because ECHOES_STORAGE is s3.": (
            settings.storage != "s3" or bool(settings.s3_bucket)
        ),
        "ECHOES_S3_BUCKET must be the name of a bucket: 3 to 63 lower-case letters, digits, hyphens and "
        "dots.": (not settings.s3_bucket or is_bucket(settings.s3_bucket)),
        "ECHOES_S3_REGION must be the name of a region, such as eu-central-1.": bool(
            _REGION.fullmatch(settings.s3_region)
        ),
        "ECHOES_S3_PREFIX must be lower-case letters and digits, and end with a slash, such as "
        "echoes/.": bool(is_prefix(settings.s3_prefix)),
        "ECHOES_S3_ENDPOINT must be an address such as https://s3.example.org.": (
            not settings.s3_endpoint or is_address(settings.s3_endpoint)
        ),
        "ECHOES_S3_PUBLIC_ENDPOINT must be an address such as https://s3.example.org.": (
            not settings.s3_public_endpoint or is_address(settings.s3_public_endpoint)
        ),
        "ECHOES_S3_PUBLIC_ENDPOINT needs ECHOES_S3_ENDPOINT beside it: Amazon S3 has one address for all.": (
            not settings.s3_public_endpoint or bool(settings.s3_endpoint)
        ),
        f"{name} must begin with https://, because browsers fetch pictures and films from there.": (
            settings.is_local or not reached or is_https(reached)
        ),
        "ECHOES_S3_KMS_KEY needs ECHOES_S3_ENCRYPTION=aws:kms beside it.": (
            not settings.s3_kms_key or settings.s3_encryption == "aws:kms"
        ),
    }


def region_of_environment() -> str | None:
    """AWS_REGION, which AWS itself sets. boto3 reads AWS_DEFAULT_REGION and profiles alone."""
    return os.environ.get("AWS_REGION") or None


def is_prefix(text: str) -> bool:
    return _PREFIX.fullmatch(text) is not None


def is_bucket(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return _BUCKET.fullmatch(name) is not None
    return False
