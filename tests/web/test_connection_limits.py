"""Connection limits: what a client leaves unfinished has an end, heads in time and size, and connections."""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from echoes.settings import Settings
from echoes.web import connection_limits
from echoes.web.connection_limits import LimitedWebSocketProtocol, timeout_protocol
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow

Address = tuple[str, int]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    monkeypatch.setattr(connection_limits, "HEAD_TIMEOUT_SECONDS", 0.3)
    config = uvicorn.Config(
        PlainTextResponse("here"),
        http=timeout_protocol(Settings(connections_per_address=2)),
        ws=LimitedWebSocketProtocol,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        wait_for(lambda: server.started or not thread.is_alive(), "the server to begin or to fail")
        yield listener.getsockname()
        server.should_exit = True
        thread.join(PATIENCE)


def opened(address: Address, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(address, PATIENCE)
    client.sendall(sent)
    return client


def rest_of(client: socket.socket) -> bytes:
    """All until the server closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(4096):
            received += piece
    return received


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"\r\n",
        b"GET / HTT",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST / HTTP/1.1\r\nContent-Length: 9",
    ],
)
def test_a_head_that_never_ends_is_closed(address: Address, begun: bytes) -> None:
    with opened(address, begun) as client:
        assert rest_of(client) == b""


def test_a_head_that_comes_letter_by_letter_is_closed_all_the_same(address: Address) -> None:
    """What comes does not move the deadline, and others are answered meanwhile."""
    slow = [opened(address, b"GET / HTTP/1.1\r\nHost: x\r\nX: ") for _ in range(3)]
    with opened(address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as visitor:
        assert rest_of(visitor).endswith(b"here")
    for client in slow:
        with client, pytest.raises(ConnectionError):
            send_for_ever(client)


def send_for_ever(client: socket.socket) -> None:
    """A letter as often as the server's side may have closed."""
    while True:
        client.sendall(b"x")
        if select.select([client], [], [], 0.02)[0] and client.recv(1) == b"":
            raise ConnectionResetError


def test_a_second_head_that_never_ends_is_closed_too(address: Address) -> None:
    with opened(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX: ") as client:
        assert rest_of(client).endswith(b"here")


def test_a_head_that_never_stops_growing_is_refused(address: Address) -> None:
    with opened(address) as client, contextlib.suppress(ConnectionError):
        client.sendall(
            b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(100))
        )
        assert rest_of(client).startswith(b"HTTP/1.1 400")


def test_one_address_has_so_many_connections(address: Address) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(opened(address)) for _ in range(5)]
        clients[0].sendall(request)
        assert clients[0].recv(100).startswith(b"HTTP/1.1 200")
        assert rest_of(clients[4]) == b""
