"""Presigned URLs of S3 (AWS Signature Version 4 in the query), the same for most of an hour.

The signature is made here, as Amazon documents it, and not by botocore: that signs at the present moment, so
that each URL would be another one, and takes six times as long for each of the hundreds that a page may have.
Which host and path lead to the bucket, and which region it is in, botocore says once. See docs/decisions.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from echoes.errors import StorageUnavailable
from echoes.storage.signing import SHORTEST_LIFE, WINDOW, window_start

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from types_boto3_s3 import S3Client

ALGORITHM = "AWS4-HMAC-SHA256"
NO_CREDENTIALS = "there are no credentials for S3"


class S3UrlSigner:
    """GET URLs of one bucket. `client` reaches it where browsers do."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        credentials: Credentials | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client, self._bucket, self._credentials, self._clock = client, bucket, credentials, clock
        self._base, self._region = self._learnt() if credentials else ("", "")

    @property
    def origin(self) -> str:
        parts = urlsplit(self._base)
        return f"{parts.scheme}://{parts.netloc}" if self._base else ""

    @property
    def bucket_url(self) -> str:
        return self._base

    def url(self, key: str, answer: dict[str, str] | None = None) -> str:
        """`answer`: headers of the response that the URL demands, by their names in the query."""
        if self._credentials is None:
            raise StorageUnavailable(NO_CREDENTIALS)
        frozen = self._credentials.get_frozen_credentials()
        moment = f"{datetime.fromtimestamp(window_start(self._clock()), UTC):%Y%m%dT%H%M%SZ}"
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        query = (answer or {}) | {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{frozen.access_key}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(WINDOW + SHORTEST_LIFE),
            "X-Amz-SignedHeaders": "host",
        }
        if frozen.token:
            query["X-Amz-Security-Token"] = frozen.token
        address = urlsplit(self._base + quote(key))
        asked = "&".join(sorted(f"{_encoded(name)}={_encoded(value)}" for name, value in query.items()))
        request = f"GET\n{address.path}\n{asked}\nhost:{address.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
        signed = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(_signing_key(frozen.secret_key, scope), signed.encode(), hashlib.sha256)
        return f"{self._base}{quote(key)}?{asked}&X-Amz-Signature={signature.hexdigest()}"

    def _learnt(self) -> tuple[str, str]:
        """What stands before the key in URLs, and the region that signatures name."""
        given = self._client.generate_presigned_url("get_object", Params={"Bucket": self._bucket, "Key": "x"})
        parts = urlsplit(given)
        region = parse_qs(parts.query)["X-Amz-Credential"][0].split("/")[2]
        return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('x')}", region


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


@lru_cache(maxsize=8)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key
