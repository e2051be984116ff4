"""URLs that open one file for a while: HMAC-SHA256 over the key, the expiry and the download name."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from echoes.errors import Refused

PREFIX = "/files/"
WINDOW = 45 * 60
SHORTEST_LIFE = 15 * 60
INVALID = "This link is not valid. Please open the page again and take it from there."
EXPIRED = "This link has expired. Please reload the page to get a new one."


class UrlSigner:
    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        # The same secret signs other things elsewhere: no signature from there may pass for one of ours.
        self._key = hmac.digest(secret, b"echoes file url", hashlib.sha256)
        self._clock = clock

    def url(self, key: str, download_name: str | None = None) -> str:
        expires = str(self._expiry())
        query = {"expires": expires, "signature": self._signature(key, expires, download_name or "")}
        if download_name:
            query["name"] = download_name
        return f"{PREFIX}{quote(key)}?{urlencode(query)}"

    def check(self, key: str, query: Mapping[str, str]) -> None:
        """Raises Refused, unless these are a key and a query that `url` made, and their time is not over."""
        expires = query.get("expires", "")
        expected = self._signature(key, expires, query.get("name", ""))
        given = query.get("signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
            raise Refused(INVALID)
        if self.seconds_left(query) <= 0:
            raise Refused(EXPIRED)

    def seconds_left(self, query: Mapping[str, str]) -> int:
        return int(query["expires"]) - int(self._clock())

    def _expiry(self) -> int:
        """The same moment for a whole window: between a quarter of an hour and an hour away."""
        return (int(self._clock()) // WINDOW + 1) * WINDOW + SHORTEST_LIFE

    def _signature(self, key: str, expires: str, download_name: str) -> str:
        signed = "\n".join((expires, key, download_name)).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, signed, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
