"""URLs that open one file for a while: HMAC-SHA256 over key, expiry, size and download name."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import quote, urlencode

from echoes.errors import Refused

PREFIX = "/files/"
WINDOW = 45 * 60
SHORTEST_LIFE = 15 * 60
"""What is signed within one window expires at one moment, in a quarter of an hour to an hour."""
INVALID = "This link is not valid. Please open the page again to get a new one."
EXPIRED = "This link has expired. Please reload the page to get a new one."


def window_start(moment: float) -> int:
    """Of the window that a moment falls into, in seconds since the epoch. Its URLs are all equal."""
    return int(moment) // WINDOW * WINDOW


class UrlSigner:
    def __init__(self, secret: bytes | Callable[[], bytes], clock: Callable[[], float] = time.time) -> None:
        """A secret that is made when it is first needed is given as a function: whoever only looks at the
        storage, such as `echoes doctor`, makes none."""
        self._secret = secret
        self._clock = clock

    @cached_property
    def _key(self) -> bytes:
        secret = self._secret if isinstance(self._secret, bytes) else self._secret()
        # The same secret signs other things elsewhere: no signature from there may pass for one of ours.
        return hmac.digest(secret, b"echoes file url", hashlib.sha256)

    def url(self, key: str, size_bytes: int | None = None, download_name: str | None = None) -> str:
        """Carries the file's size, so that what serves it need not ask the database whether it is whole."""
        size = "" if size_bytes is None else str(size_bytes)
        said = {"expires": str(self._expiry()), "size": size, "name": download_name or ""}
        query = {name: value for name, value in said.items() if value}
        return f"{PREFIX}{quote(key)}?{urlencode(query | {'signature': self._signature(key, said)})}"

    def check(self, key: str, query: Mapping[str, str]) -> None:
        """Raises Refused, unless these are a key and a query that `url` made, and their time is not over."""
        expected = self._signature(key, query)
        given = query.get("signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
            raise Refused(INVALID)
        if self.seconds_left(query) <= 0:
            raise Refused(EXPIRED)

    def seconds_left(self, query: Mapping[str, str]) -> int:
        return int(query["expires"]) - int(self._clock())

    def size(self, query: Mapping[str, str]) -> int | None:
        return int(query["size"]) if query.get("size") else None

    def _expiry(self) -> int:
        return window_start(self._clock()) + WINDOW + SHORTEST_LIFE

    def _signature(self, key: str, query: Mapping[str, str]) -> str:
        fields = (query.get("expires", ""), query.get("size", ""), key, query.get("name", ""))
        signed = "\n".join(fields).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, signed, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
