"""The signed callback: the function says that an invocation has ended, and whoever waits looks at once.

The address is written into the request in the private bucket. It is good for one invocation and for an hour,
and does nothing but wake up: whoever sends it again, or late, changes nothing. HMAC-SHA256 over both.
"""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from echoes.database import get_database
from echoes.database.notifications import CALLBACKS
from echoes.errors import Refused

CALLBACK = "/callbacks/lambda"
LIFE_SECONDS = 3600
INVALID = "This callback is not valid, or is over."


class CallbackSigner:
    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        # The same secret signs other things elsewhere: no signature from there may pass for one of ours.
        self._key = hmac.digest(secret, b"echoes lambda callback", hashlib.sha256)
        self._clock = clock

    def url(self, origin: str, invocation_id: str) -> str:
        expires = str(int(self._clock()) + LIFE_SECONDS)
        query = {"invocation": invocation_id, "expires": expires}
        return f"{origin}{CALLBACK}?{urlencode(query | {'signature': self._signature(query)})}"

    def check(self, query: Mapping[str, str]) -> str:
        """The invocation's id. Raises Refused, unless `url` made this and its time is not over."""
        given = query.get("signature", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(self._signature(query).encode(), given):
            raise Refused(INVALID)
        if int(query["expires"]) < self._clock():
            raise Refused(INVALID)
        return query["invocation"]

    def _signature(self, query: Mapping[str, str]) -> str:
        signed = f"{query.get('invocation', '')}\n{query.get('expires', '')}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, signed, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@contextmanager
def woken(invocation_id: str, event: asyncio.Event) -> Iterator[None]:
    """Sets the event when the callback comes, to whichever process of ours it comes."""
    loop = asyncio.get_running_loop()

    def wake(payload: str) -> None:
        if payload == invocation_id:
            loop.call_soon_threadsafe(event.set)

    with get_database().notifications.subscribed(CALLBACKS, wake):
        yield


def wake(invocation_id: str) -> None:
    get_database().notifications.publish(CALLBACKS, invocation_id)
