"""The production server, in a thread of the test, on a loopback port of its own."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.types import ASGIApp


@contextlib.contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Runs until the block ends; yields the base URL."""
    port = _free_port()
    loop = asyncio.new_event_loop()
    server = Server(app, port=port, interface=Interfaces.ASGINL, log_enabled=False)
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), name="test server")
    thread.start()
    try:
        _wait_until_it_answers(port, thread)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(timeout=20)
        loop.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_until_it_answers(port: int, thread: threading.Thread) -> None:
    while thread.is_alive():
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise RuntimeError("the server ended before it answered")
