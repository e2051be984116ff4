"""The monitoring port: /healthz, /readyz and /metrics on a port of their own, all that a worker serves."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.errors import InternalError
from echoes.settings import Settings

MOST_AT_ONCE = 20
SECONDS_TO_END = 1
OWN_PORT = "echoes_own_port"
"""In the scope of requests that came by the port for nothing else."""

logger = logging.getLogger(__name__)


class PortTaken(InternalError):
    """Why the monitoring port cannot be had, as a sentence."""

    code = "port_taken"


class _OwnPort:
    """Marks what came by this port."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, OWN_PORT: True}, receive, send)


def application() -> ASGIApp:
    """Imported only here: it brings along the whole of the database, for which a start need not wait."""
    from echoes.error_responses import ErrorMiddleware
    from echoes.monitoring.routes import routes

    return Starlette(routes=routes, middleware=[Middleware(_OwnPort), Middleware(ErrorMiddleware)])


@contextmanager
def monitoring_port(settings: Settings) -> Iterator[None]:
    """Serves until the block ends, where the settings name a port. Raises PortTaken."""
    if not settings.metrics_port:
        yield
        return
    with _listener(settings) as listener:
        server = _Server(
            uvicorn.Config(
                application(),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=MOST_AT_ONCE,
                timeout_graceful_shutdown=SECONDS_TO_END,
            )
        )
        thread = threading.Thread(target=server.run, args=([listener],), name="monitoring", daemon=True)
        thread.start()
        logger.info("monitoring listens on %s, port %d", settings.metrics_host, settings.metrics_port)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=SECONDS_TO_END + 1)


class _Server(uvicorn.Server):
    """Leaves signals to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listener(settings: Settings) -> socket.socket:
    address = settings.metrics_host, settings.metrics_port
    try:
        family = socket.AF_INET6 if ":" in settings.metrics_host else socket.AF_INET
        return socket.create_server(address, family=family)
    except OSError as error:
        raise PortTaken(
            f"Echoes cannot listen on {address[0]}, port {address[1]}: {error.strerror}. "
            "Set ECHOES_METRICS_PORT to another one."
        ) from error
