"""Load generator, open tabs: a websocket each, events, and answers to pings, as Reflex's server sees them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from echoes.accounts.cookies import COOKIE
from tests.pages.every_handler import FILMS

ROOT = "reflex___state____state"
WATCH = f"{ROOT}.{FILMS}.watch"
PATIENCE = 60.0
WITHOUT_LIMITS = {
    "ECHOES_SIGN_INS_PER_MINUTE": "1000",
    "ECHOES_CONNECTIONS_PER_ADDRESS": "10000",
    "ECHOES_CONNECTIONS_PER_MINUTE": "100000",
    "ECHOES_EVENTS_PER_MINUTE": "100000",
    "ECHOES_ADDRESS_EVENTS_PER_MINUTE": "100000",
    "ECHOES_UPLOADS_PER_MINUTE": "100000",
    "ECHOES_TAKES_PER_HOUR": "100000",
}
"""All tabs are of one machine, and many of one person."""


class Tab:
    """One connection. One tap at a time: what the server sends next about it is its answer."""

    def __init__(self, socket: ClientConnection, page: str = "/") -> None:
        self._socket, self._page = socket, page
        self._awaited: tuple[str, asyncio.Future[str]] | None = None
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str, cookie: str = "", page: str = "/") -> AsyncIterator[Self]:
        url = f"{address.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={uuid4()}"
        headers = {"Cookie": cookie} if cookie else {}
        async with connect(
            url, additional_headers=headers, origin=Origin(address), max_size=None, open_timeout=PATIENCE
        ) as socket:
            await socket.recv()
            await socket.send("40/_event,")
            await socket.recv()
            tab = cls(socket, page)
            try:
                yield tab
            finally:
                tab._listening.cancel()

    async def tap(self, handler: str, changes: str, payload: dict[str, Any] | None = None) -> float:
        """Seconds from the event until the server's message with this text: the field that changes."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited = changes, answer
        router = {"pathname": self._page, "asPath": self._page, "query": {}}
        event = {"name": handler, "payload": payload or {}, "router_data": router}
        began = time.perf_counter()
        await self._socket.send("42/_event," + json.dumps(["event", event]))
        async with asyncio.timeout(PATIENCE):
            await answer
        return time.perf_counter() - began

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                if message == "2":
                    await self._socket.send("3")
                elif self._awaited is not None and self._awaited[0] in str(message):
                    self._settle(None, str(message))
            raise ConnectionError("the server closed the tab")
        except Exception as error:
            self._settle(error)
            raise

    def _settle(self, error: Exception | None, message: str = "") -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is None or awaited[1].done():
            return
        if error is None:
            awaited[1].set_result(message)
        else:
            awaited[1].set_exception(error)


@asynccontextmanager
async def watching_films(address: str, cookie: str) -> AsyncIterator[Tab]:
    """Shows the page of all films until it is left."""
    async with Tab.open(address, cookie, "/films") as tab:
        await tab.tap(WATCH, "is_loaded")
        yield tab


def sign_in(address: str, name: str = "Idle") -> str:
    """The cookie of a person's session."""
    with httpx.Client(base_url=address, headers={"origin": address}, timeout=PATIENCE) as client:
        client.post("/auth/local", data={"name": name})
        return f"{COOKIE}={client.cookies[COOKIE]}"
