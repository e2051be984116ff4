"""Settings of a bucket: its name, where it is reached, and what browsers need of it."""

import re
from ipaddress import ip_address

from echoes.settings.fields import Settings
from echoes.settings.urls import is_address, is_https

_BUCKET = re.compile(r"(?!xn--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{1,40}|", re.ASCII)
_PREFIX = re.compile(r"([a-z0-9][a-z0-9_-]{0,63}/){0,4}", re.ASCII)


def checks_of_s3(settings: Settings) -> dict[str, bool]:
    """Sentences, and whether all is well with what they say. Also of a bucket that files will be moved to."""
    reached = settings.s3_public_endpoint or settings.s3_endpoint
    name = "ECHOES_S3_PUBLIC_ENDPOINT" if settings.s3_public_endpoint else "ECHOES_S3_ENDPOINT"
    return {
        "ECHOES_S3_BUCKET must be set, because ECHOES_STORAGE is s3.": (
            settings.storage != "s3" or bool(settings.s3_bucket)
        ),
        "ECHOES_S3_BUCKET must be the name of a bucket: 3 to 63 small letters, digits, hyphens and dots.": (
            not settings.s3_bucket or is_bucket(settings.s3_bucket)
        ),
        "ECHOES_S3_REGION must be the name of a region, such as eu-central-1.": bool(
            _REGION.fullmatch(settings.s3_region)
        ),
        "ECHOES_S3_PREFIX must be small letters and digits, and end with a slash, such as echoes/.": bool(
            is_prefix(settings.s3_prefix)
        ),
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


def is_prefix(text: str) -> bool:
    return _PREFIX.fullmatch(text) is not None


def is_bucket(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return _BUCKET.fullmatch(name) is not None
    return False
