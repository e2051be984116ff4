"""The boto3 client of the bucket: SigV4, timeouts, retries with backoff and jitter, checksums.

Credentials come by boto3's own chain: the environment, a profile, the role of the machine or container.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boto3.session import Session
from botocore.config import Config

from echoes.settings import Settings
from echoes.settings.sections.s3 import region_of_environment

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CONNECT_SECONDS = 5
READ_SECONDS = 30
ATTEMPTS = 4
"""Of one request. Standard mode waits up to a second, then two, then four, each by chance, in between."""
CONNECTIONS = 32


def new_session() -> Session:
    """Knows the credentials, and renews those that expire."""
    return Session(region_name=region_of_environment())


def new_client(settings: Settings, session: Session, endpoint: str) -> S3Client:
    return session.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=settings.s3_region or session.region_name or "us-east-1",
        config=_config(settings),
    )


def _config(settings: Settings) -> Config:
    return Config(
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
        s3=_dialect(settings),
        **_checksums(settings),
    )


def _dialect(settings: Settings) -> Any:
    """Elsewhere than at Amazon the SHA-256 of what is sent is part of the signature, which every service
    compares. Amazon gets a CRC instead, which it keeps beside the file."""
    style = settings.s3_addressing
    if style == "auto":
        style = "path" if settings.s3_endpoint else "virtual"
    return {"addressing_style": style} | ({"payload_signing_enabled": True} if settings.s3_endpoint else {})


def _checksums(settings: Settings) -> dict[str, Any]:
    """Services that are compatible with S3 as it was before 2025 refuse checksums that nobody asked for."""
    when: Any = "when_required" if settings.s3_endpoint else "when_supported"
    return {"request_checksum_calculation": when, "response_checksum_validation": when}
