"""Files in a bucket of Amazon S3, or of a service that is compatible with it."""

from __future__ import annotations

import builtins
import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from echoes.errors import NotFound, StorageUnavailable
from echoes.observability.tracing import span
from echoes.settings import MEGABYTE, Settings
from echoes.storage.base import PAGE, StoredFile, checked_key, checked_prefix, is_key, kind_of
from echoes.storage.copies import CopyCache
from echoes.storage.media_types import media_type_of
from echoes.storage.s3.checks import examine
from echoes.storage.s3.client import new_client, new_session
from echoes.storage.s3.errors import ABSENT, LASTING, code_of, s3_errors_in_words
from echoes.storage.s3.reading import ResumingReader
from echoes.storage.s3.signing import S3UrlSigner
from echoes.storage.signing import SHORTEST_LIFE, WINDOW
from echoes.text.file_names import attachment

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef

CACHED = f"private, max-age={WINDOW + SHORTEST_LIFE}, immutable"
MULTIPART = TransferConfig(
    multipart_threshold=16 * MEGABYTE, multipart_chunksize=16 * MEGABYTE, max_concurrency=4
)
AT_A_TIME = MEGABYTE // 4
"""Bytes. What a broken connection makes us read again."""
DELETED_AT_ONCE = 1000
"""By S3's own rule."""


class S3Storage:
    def __init__(self, settings: Settings) -> None:
        session, reached = new_session(), settings.s3_public_endpoint
        self.bucket, self.prefix = settings.s3_bucket, settings.s3_prefix
        self.client: S3Client = new_client(settings, session, settings.s3_endpoint)
        public = new_client(settings, session, reached) if reached else self.client
        self.signer = S3UrlSigner(public, self.bucket, session.get_credentials())
        self.page_origin = settings.public_url
        self._settings = settings
        self._cache = CopyCache.of(settings)

    def put(self, key: str, source: Path) -> None:
        """S3 shows a file when it is whole. Large ones go up in parts."""
        name, size = self._name(key), source.stat().st_size
        put = span("storage put", storage__kind=kind_of(key), storage__bytes=size)
        with put, source.open("rb") as file, s3_errors_in_words(self.bucket):
            self.client.upload_fileobj(file, self.bucket, name, ExtraArgs=self.kept_as(key), Config=MULTIPART)
        stored = self._head(key)
        if stored["ContentLength"] != size:
            raise StorageUnavailable(f"{key} arrived with {stored['ContentLength']} bytes of {size}")
        self._cache.adopt(_copy_name(key, stored["ETag"]), source)

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        stored = self._head(key)
        name, version = _copy_name(key, stored["ETag"]), stored["ETag"]

        def download(file: BinaryIO) -> None:
            get = span("storage get", storage__kind=kind_of(key), storage__bytes=stored["ContentLength"])
            with get, ResumingReader(self.client, self.bucket, self._name(key), version=version) as source:
                shutil.copyfileobj(source, file, AT_A_TIME)

        with self._cache.held(name, stored["ContentLength"], download) as path:
            yield path

    @contextmanager
    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[BinaryIO]:
        reader = ResumingReader(self.client, self.bucket, self._name(key), start, end)
        with io.BufferedReader(reader, AT_A_TIME) as file:
            yield cast(BinaryIO, file)

    def exists(self, key: str) -> bool:
        try:
            self._head(key)
        except NotFound:
            return False
        return True

    def size(self, key: str) -> int:
        return self._head(key)["ContentLength"]

    def list(self, prefix: str = "", *, after: str = "", limit: int = PAGE) -> builtins.list[StoredFile]:
        with s3_errors_in_words(self.bucket):
            return builtins.list(islice(self._listed(checked_prefix(prefix), after, limit), limit))

    def url(self, key: str, *, size_bytes: int | None = None, download_name: str | None = None) -> str:
        """The size is not in it: S3 has a file whole or not at all."""
        wanted = {"response-content-disposition": attachment(download_name)} if download_name else {}
        return self.signer.url(self._name(key), wanted)

    def delete(self, keys: Iterable[str]) -> None:
        names = [self._name(key) for key in keys]
        for first in range(0, len(names), DELETED_AT_ONCE):
            self._delete(names[first : first + DELETED_AT_ONCE])
        self._cache.forget(tuple(_copy_prefix(name.removeprefix(self.prefix)) for name in names))

    @property
    def origin(self) -> str:
        return self.signer.origin

    @property
    def is_shared(self) -> bool:
        return True

    def is_intact(self, key: str, size_bytes: int | None) -> bool:
        """A put is atomic there. That nobody else changed it `echoes doctor` sees in a list."""
        return True

    def probe(self) -> None:
        with s3_errors_in_words(self.bucket):
            self._require_bucket()

    def check(self) -> str:
        return examine(self)

    def _name(self, key: str) -> str:
        return self.prefix + checked_key(key)

    def kept_as(self, key: str) -> dict[str, Any]:
        encrypted = {
            "ServerSideEncryption": self._settings.s3_encryption, "SSEKMSKeyId": self._settings.s3_kms_key,
        }  # fmt: skip
        return {"ContentType": media_type_of(key), "CacheControl": CACHED} | {
            name: value for name, value in encrypted.items() if value
        }

    def _head(self, key: str) -> HeadObjectOutputTypeDef:
        """The answer has no body that says whether it is the file or the bucket that is not there."""
        with s3_errors_in_words(self.bucket):
            try:
                return self.client.head_object(Bucket=self.bucket, Key=self._name(key))
            except ClientError as error:
                if code_of(error) in ABSENT:
                    self._require_bucket()
                raise

    def _require_bucket(self) -> None:
        try:
            self.client.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if code_of(error) in ABSENT:
                raise StorageUnavailable(*LASTING["NoSuchBucket"], is_lasting=True) from error
            raise

    def _listed(self, prefix: str, after: str, limit: int) -> Iterator[StoredFile]:
        """What is no key of ours is passed over, so that a page may take several requests."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix + prefix, StartAfter=self.prefix + after if after else "",
            PaginationConfig={"PageSize": min(limit, PAGE)},
        )  # fmt: skip
        for page in pages:
            for found in page.get("Contents", []):
                key = found["Key"].removeprefix(self.prefix)
                if is_key(key):
                    yield StoredFile(key, found["Size"], found["LastModified"])

    def _delete(self, names: builtins.list[str]) -> None:
        objects: Any = {"Objects": [{"Key": name} for name in names], "Quiet": True}
        with s3_errors_in_words(self.bucket):
            answer = self.client.delete_objects(Bucket=self.bucket, Delete=objects)
        failed = [error for error in answer.get("Errors", []) if error.get("Code") not in ABSENT]
        if failed:
            reason, advice = LASTING.get(failed[0].get("Code", ""), (str(failed[0].get("Message")), ""))
            raise StorageUnavailable(f"{len(failed)} files could not be deleted: {reason}", advice)


def _copy_prefix(key: str) -> str:
    return key.replace("/", "~").replace(".", "~") + "~"


def _copy_name(key: str, version: str) -> str:
    """Another content has another version, and so another name."""
    return f"{_copy_prefix(key)}{hashlib.sha256(version.encode()).hexdigest()[:16]}{Path(key).suffix}"
