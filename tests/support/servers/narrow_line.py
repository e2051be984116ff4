"""A proxy on loopback that refuses large requests, or breaks in them, and remembers what it let through."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

MOST = 64 * 1024
REFUSAL = b"<html><h1>413 Request Entity Too Large</h1></html>"


@dataclass
class NarrowLine:
    """Between a browser and the server on `target`. Sizes are of bodies that PATCH requests announce."""

    target: int
    port: int = 0
    largest: int | None = None
    """Above which it answers 413, in words of its own."""
    breaks_after: int | None = None
    """Bytes of a body after which the connection is lost."""
    passed: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    begun: int = 0
    """Uploads."""

    def widen(self) -> None:
        """As at the beginning."""
        self.largest = self.breaks_after = None
        self.passed, self.refused, self.broken, self.begun = [], [], [], 0

    def serve(self, browser: socket.socket) -> None:
        with browser, suppress(ConnectionError):
            head, rest = _read_head(browser)
            if not head:
                return
            size = _length(head) if head.startswith(b"PATCH ") else None
            self.begun += head.startswith(b"POST /uploads")
            if size is not None and self.largest is not None and size > self.largest:
                self.refused.append(size)
                _refuse(browser, size - len(rest))
                return
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                server.sendall(_closing(head) + rest)
                if size is not None and self.breaks_after is not None and size > self.breaks_after:
                    self.broken.append(size)
                    _copy(browser, server, self.breaks_after - len(rest))
                    return
                if size is not None:
                    self.passed.append(size)
                answering = threading.Thread(target=_copy, args=(server, browser), daemon=True)
                answering.start()
                _copy(browser, server)
                answering.join()


@contextmanager
def narrow_line(target: int, port: int) -> Iterator[NarrowLine]:
    line = NarrowLine(target, port)
    with socket.create_server(("127.0.0.1", port)) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, line), daemon=True)
        accepting.start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)  # Which ends the waiting in `accept`, as closing would not.
        accepting.join()


def _accept(listener: socket.socket, line: NarrowLine) -> None:
    while True:
        try:
            browser, _ = listener.accept()
        except OSError:
            return  # The listener is closed.
        threading.Thread(target=line.serve, args=(browser,), daemon=True).start()


def _read_head(browser: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := browser.recv(MOST)):
            return b"", b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return next(int(value) for name, _, value in lines if name.lower() == b"content-length")


def _closing(head: bytes) -> bytes:
    """One request on each connection, so that each is looked at; web sockets stay open."""
    lines = head.split(b"\r\n")
    if not any(line.lower().startswith(b"upgrade:") for line in lines):
        lines = [line for line in lines if not line.lower().startswith(b"connection:")]
        lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _refuse(browser: socket.socket, left: int) -> None:
    """Once all is read, as a browser wants it."""
    while left > 0 and (data := browser.recv(MOST)):
        left -= len(data)
    head = f"HTTP/1.1 413 Too Large\r\nContent-Type: text/html\r\nContent-Length: {len(REFUSAL)}\r\n"
    browser.sendall(head.encode() + b"Connection: close\r\n\r\n" + REFUSAL)


def _copy(source: socket.socket, target: socket.socket, most: float = float("inf")) -> None:
    with suppress(OSError):
        while most > 0 and (data := source.recv(int(min(MOST, most)))):
            target.sendall(data)
            most -= len(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
