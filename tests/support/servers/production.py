"""The production server, in a thread of the test, on a loopback port of its own."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from tests.support.processes import PATIENCE


@contextlib.contextmanager
def serve(
    app: ASGIApp, tls: ssl.SSLContext | None = None, at: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[str]:
    """Runs until the block ends; yields the base URL."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    server = uvicorn.Server(config)
    with socket.create_server(at) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), name="test server")
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                time.sleep(0.01)
            assert server.started, "the server ended before it answered"
            yield f"{'https' if tls else 'http'}://{at[0]}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=PATIENCE)
