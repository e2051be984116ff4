"""Connection timeouts and limits of Uvicorn: an end to what a client may leave unfinished.

Uvicorn limits the pause between two requests and nothing else: a head that never ends, or never stops
growing, would keep its connection for ever. What this leans on of Uvicorn's insides is shown by
`tests/web/test_connection_limits.py`.
"""

import asyncio
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from echoes.settings import Settings

HEAD_TIMEOUT_SECONDS = 15.0
SECONDS_FOR_MORE = 60.0
"""How long a body may pause: a telephone in a tunnel sends again later, from where it was."""
LARGEST_HEAD = 48 * 1024
BYTES_AT_ONCE = 16 * 1024
MOST_FRAMES = 100
"""Of one message. Browsers send a message of this size in one."""
PER_TAB = 2
"""A browser has more connections than websockets, and most are short."""


class TimeoutHttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a deadline for each head, a limit to its size, and one to an address's connections."""

    most_connections: int = 0
    is_proxy: Callable[[str], bool] = staticmethod(lambda address: False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        if self._is_one_too_many():
            self.transport.abort()
        else:
            self._expect(HEAD_TIMEOUT_SECONDS)

    def _is_one_too_many(self) -> bool:
        if self.client is None or self.is_proxy(self.client[0]):
            return False
        here = self.client[0]
        return sum(1 for other in self.connections if _peer(other) == here) > self.most_connections

    def data_received(self, data: bytes) -> None:
        if self._is_between_requests() and self._deadline is None:
            self._expect(HEAD_TIMEOUT_SECONDS)
        super().data_received(data)
        if self._is_in_body():
            self._expect(SECONDS_FOR_MORE)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_in_body(self) -> bool:
        return self.cycle is not None and self.cycle.more_body and not self.cycle.response_complete

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        """Leaving the parser by an exception makes Uvicorn answer 400 and close."""
        self._head_bytes += size
        if self._head_bytes > LARGEST_HEAD:
            raise ValueError

    def on_headers_complete(self) -> None:
        self._settle()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._settle()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle()
        super().connection_lost(exc)

    def _expect(self, seconds: float) -> None:
        self._settle()
        self._deadline = self.loop.call_later(seconds, self._give_up)

    def _settle(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Unless it is we who do not read: then the client has nothing to hurry for."""
        self._deadline = None
        if self._is_in_body() and self.flow.read_paused:
            self._expect(SECONDS_FOR_MORE)
        elif not self.transport.is_closing():
            self.transport.close()


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Reads little at a time: what lies here while its sender is made to wait is memory of ours."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = BYTES_AT_ONCE

    def handle_cont(self, event: Frame) -> None:
        """A message of many empty pieces has no size, and yet takes memory."""
        super().handle_cont(event)
        if len(self.frames) > MOST_FRAMES:
            self.transport.abort()


def timeout_protocol(settings: Settings) -> type[TimeoutHttpProtocol]:
    networks = _networks(settings.trusted_proxies)

    def is_proxy(address: str) -> bool:
        """All visitors come by its address; it counts connections itself."""
        return any(ip_address(address) in network for network in networks)

    limits = {"most_connections": PER_TAB * settings.connections_per_address}
    return type("LimitedProtocol", (TimeoutHttpProtocol,), {**limits, "is_proxy": staticmethod(is_proxy)})


def _networks(trusted: str) -> list[IPv4Network | IPv6Network]:
    parts = [part.strip() for part in trusted.split(",")]
    return [ip_network(part, strict=False) for part in parts if part]


def _peer(connection: Any) -> str:
    return str(connection.client[0]) if connection.client else ""
