"""The bucket as the function sees it: objects with conditional writes, and files, all below one prefix."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from compiler.cloud.segments import StoredSegment

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "409", "PreconditionFailed", "ConditionalRequestConflict"})
_TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4", ".m4a": "audio/mp4", ".json": "application/json"}

_ENCRYPTION = {"ServerSideEncryption": "ECHOES_S3_ENCRYPTION", "SSEKMSKeyId": "ECHOES_S3_KMS_KEY"}


class Taken(Exception):
    """Somebody else has written the object meanwhile."""


@dataclass(frozen=True)
class StoredObject:
    content: bytes
    etag: str
    age: float
    """Seconds since it was written, by the store's clock alone."""


class Bucket:
    def __init__(
        self, client: "S3Client", name: str, prefix: str = "", encryption: Mapping[str, str] | None = None
    ) -> None:
        """`encryption`: arguments of S3 for all that is put. Without them the bucket's own rule holds."""
        self._client, self._name = client, name
        self._encryption: Any = dict(encryption or {})
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    @classmethod
    def from_environment(cls) -> Self:
        """Of a function, whose template names the bucket. Credentials are those of its role."""
        import boto3
        from botocore.config import Config

        path_style = os.environ.get("ECHOES_S3_ADDRESSING") == "path"
        config = Config(
            signature_version="s3v4",
            retries={"mode": "standard", "max_attempts": 5},
            s3={"addressing_style": "path"} if path_style else {},
        )
        client = boto3.client("s3", config=config)
        encryption = {name: value for name, key in _ENCRYPTION.items() if (value := os.environ.get(key))}
        bucket, prefix = os.environ["ECHOES_S3_BUCKET"], os.environ.get("ECHOES_S3_PREFIX", "")
        return cls(client, bucket, prefix, encryption)

    def read(self, key: str) -> StoredObject | None:
        """None if it is not there."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self._name, Key=self._prefix + key)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise
        with answer["Body"] as body:
            content = body.read()
        return StoredObject(content, answer["ETag"], _age(answer))

    def write(self, key: str, content: bytes, *, replaces: str | None = None, new: bool = False) -> str:
        """The ETag. `new`: only if there is none yet; `replaces`: only in the place of this ETag.
        Raises Taken."""
        from botocore.exceptions import ClientError

        condition: Any = {"IfNoneMatch": "*"} if new else {}
        if replaces is not None:
            condition = {"IfMatch": replaces}
        try:
            answer = self._client.put_object(
                Bucket=self._name,
                Key=self._prefix + key,
                Body=content,
                ContentType="application/json",
                **condition,
                **self._encryption,
            )
        except ClientError as error:
            if _code(error) in _TAKEN | (_NOT_THERE if replaces else frozenset()):
                raise Taken from error
            raise
        return answer["ETag"]

    def has(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._client.head_object(Bucket=self._name, Key=self._prefix + key)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return False
            raise
        return True

    def listed(self, prefix: str) -> Iterator[StoredSegment]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._name, Prefix=self._prefix + prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                key = entry["Key"].removeprefix(self._prefix)
                yield StoredSegment(key, entry["Size"], entry["LastModified"])

    def fetch(self, key: str, path: Path) -> None:
        """Raises FileNotFoundError."""
        from botocore.exceptions import ClientError

        try:
            self._client.download_file(self._name, self._prefix + key, str(path))
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                raise FileNotFoundError(key) from error
            raise

    def put(self, key: str, path: Path, cache_control: str = "") -> None:
        kept_as = {"ContentType": _TYPES.get(path.suffix, "application/octet-stream"), **self._encryption}
        if cache_control:
            kept_as["CacheControl"] = cache_control
        self._client.upload_file(str(path), self._name, self._prefix + key, ExtraArgs=kept_as)


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _age(answer: Any) -> float:
    from email.utils import parsedate_to_datetime

    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    now = parsedate_to_datetime(said) if said else datetime.now(UTC)
    return float((now - answer["LastModified"]).total_seconds())
