"""Errors of S3 in words: why, what an operator does about it, and whether it passes by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from urllib3.exceptions import HTTPError

from echoes.errors import NotFound, StorageFull, StorageUnavailable, brief

ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
FULL = frozenset(
    {"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "StorageFull", "EntityTooLarge"}
)
KEYS = "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role that stands for them."
RIGHTS = "Give these credentials the rights that docs/hosting.md lists (Files in S3)."
REGION = "Set ECHOES_S3_REGION to the region of the bucket."
CLOCK = "Let this machine set its clock by the network (NTP): it is more than a quarter of an hour wrong."
BUCKET = "Make the bucket, or correct ECHOES_S3_BUCKET and ECHOES_S3_ENDPOINT."
NETWORK = "Check ECHOES_S3_ENDPOINT, the status page of the service and this machine’s network."
PATIENCE = "It may pass by itself. Look at the status page of the service if it does not."
LASTING: dict[str, tuple[str, str]] = {
    "NoSuchBucket": ("there is no such bucket", BUCKET),
    "InvalidAccessKeyId": ("the access key is not known there", KEYS),
    "SignatureDoesNotMatch": ("the secret key does not fit the access key", KEYS),
    "InvalidToken": ("the session token is not valid", KEYS),
    "ExpiredToken": ("the credentials have expired", KEYS),
    "AccessDenied": ("the credentials are not allowed to do this", RIGHTS),
    "403": ("the credentials are wrong, or not allowed to do this", RIGHTS),
    "AllAccessDisabled": ("the bucket is locked", PATIENCE),
    "RequestTimeTooSkewed": ("this machine’s clock is wrong", CLOCK),
    "RequestExpired": ("this machine’s clock is wrong", CLOCK),
    "PermanentRedirect": ("the bucket is in another region", REGION),
    "301": ("the bucket is in another region", REGION),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", REGION),
    "IllegalLocationConstraintException": ("the bucket is in another region", REGION),
    "KMS.NotFoundException": ("the key of ECHOES_S3_KMS_KEY is not there", "Correct ECHOES_S3_KMS_KEY."),
}
BROKEN = (BotoCoreError, HTTPError, ConnectionError, TimeoutError)
"""What the network does."""

logger = logging.getLogger(__name__)


@contextmanager
def s3_errors_in_words(bucket: str) -> Iterator[None]:
    """Raises NotFound, StorageFull or StorageUnavailable for what boto3 raises. The latter two are logged."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in ABSENT:
            raise NotFound from error
        raise _logged(bucket, _refused(error)) from error
    except BROKEN as error:
        raise _logged(bucket, _broken(error)) from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    answer: Any = error.response.get("ResponseMetadata", {})
    return int(answer.get("HTTPStatusCode", 0))


def _refused(error: ClientError) -> StorageFull | StorageUnavailable:
    code, status = code_of(error), status_of(error)
    if code in FULL:
        return StorageFull()
    if code in LASTING:
        return StorageUnavailable(*LASTING[code], is_lasting=True)
    if status >= 500 or code in ("SlowDown", "RequestTimeout"):
        return StorageUnavailable(f"the service answers {status or code}", PATIENCE)
    return StorageUnavailable(f"the service refuses: {brief(error)}", RIGHTS, is_lasting=True)


def _broken(error: Exception) -> StorageUnavailable:
    if isinstance(error, NoCredentialsError):
        return StorageUnavailable("there are no credentials", KEYS, is_lasting=True)
    if isinstance(error, BotoCoreError) and "redential" in type(error).__name__:
        return StorageUnavailable(f"the credentials cannot be read: {brief(error)}", KEYS, is_lasting=True)
    if "Timeout" in type(error).__name__:
        return StorageUnavailable("the service does not answer in time", NETWORK)
    return StorageUnavailable(f"the service cannot be reached: {brief(error)}", NETWORK)


def _logged(bucket: str, problem: StorageFull | StorageUnavailable) -> StorageFull | StorageUnavailable:
    said = "it is full" if isinstance(problem, StorageFull) else f"{problem.cause}. {problem.advice}"
    logger.error("storage in bucket %s: %s", bucket, said)
    return problem
