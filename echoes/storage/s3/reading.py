"""Reading of an object as a stream that goes on where it was when a connection breaks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from echoes.storage.s3.errors import BROKEN, code_of, s3_errors_in_words

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ATTEMPTS = 4
"""Without a single byte in between."""
BEHIND_THE_END = frozenset({"InvalidRange", "416"})


class ResumingReader(io.RawIOBase):
    """The bytes of one object from `start` to before `end`. What has another `version` (ETag) is refused."""

    def __init__(
        self, client: S3Client, bucket: str, key: str, start: int = 0, end: int | None = None,
        version: str = "",
    ) -> None:  # fmt: skip
        self._client, self._bucket, self._key = client, bucket, key
        self._at, self._end, self._version = start, end, version
        self._failures = 0
        self._body: StreamingBody | None = None
        with s3_errors_in_words(bucket):
            self._open()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with s3_errors_in_words(self._bucket):
            data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if self._body is not None:
            self._body.close()
        super().close()

    def _read(self, length: int) -> bytes:
        while self._body is not None:
            try:
                data: bytes = self._body.read(length)
            except BROKEN:
                self._failures += 1
                if self._failures >= ATTEMPTS:
                    raise
                self._body.close()
                self._open()
            else:
                self._failures = 0
                return data
        return b""

    def _open(self) -> None:
        """Nothing is opened where nothing is left to be read."""
        self._body = None
        if self._end is not None and self._at >= self._end:
            self._client.head_object(Bucket=self._bucket, Key=self._key)
            return
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key, **self._wanted())
        except ClientError as error:
            if code_of(error) not in BEHIND_THE_END:
                raise
        else:
            self._version, self._body = answer["ETag"], answer["Body"]

    def _wanted(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {"IfMatch": self._version} if self._version else {}
        if self._at or self._end is not None:
            wanted["Range"] = f"bytes={self._at}-{'' if self._end is None else self._end - 1}"
        return wanted
