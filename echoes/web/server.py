"""The production server: one process, one port, ready when it says so, ended within ten seconds.

Uvicorn instead of Reflex's Granian, whose runtime threads panic or wait for ever when the interpreter ends
under open websockets.
"""

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from echoes.accounts.networks import KnownNetworksMiddleware
from echoes.accounts.referrals import ReferralMiddleware
from echoes.certificates.pem import CertificateUnusable
from echoes.errors import InternalError, for_operators
from echoes.monitoring.server import monitoring_port
from echoes.observability import process
from echoes.observability.event_metrics import EventMeter
from echoes.process_start import importing
from echoes.reflex_adapter.server import build_folder, build_id, prepare, routes_of
from echoes.reflex_adapter.state_expiry import expire_anonymous_states
from echoes.reflex_adapter.state_versions import tie_states_to
from echoes.reflex_adapter.telemetry import measure_events
from echoes.reflex_adapter.websocket import handlers_of
from echoes.settings import Settings, get_settings
from echoes.web.connection_limits import LimitedWebSocketProtocol, timeout_protocol
from echoes.web.middleware.cache_headers import CacheHeadersMiddleware
from echoes.web.middleware.control_characters import ControlCharactersMiddleware
from echoes.web.middleware.observation import RequestObservationMiddleware
from echoes.web.middleware.page_paths import PagePathsMiddleware
from echoes.web.middleware.page_preloads import PagePreloadsMiddleware
from echoes.web.middleware.security_headers import SecurityHeadersMiddleware
from echoes.web.tls import ServerCertificate
from echoes.web.websocket.messages import LARGEST_MESSAGE
from echoes.web.websocket.middleware import WebSocketMiddleware, WebSocketRates

SECONDS_FOR_REQUESTS = 3
SECONDS_TO_END = 9.0
LOOPBACKS = {"127.0.0.1": ["127.0.0.1", "::1"]}


class CannotServe(InternalError):
    """Why the server does not even start, as a sentence."""

    code = "cannot_serve"


class Server(uvicorn.Server):
    """Says when it is ready, and never outlives the patience of whoever ends it."""

    def __init__(self, config: uvicorn.Config, address: str, drain_seconds: float = 0.0) -> None:
        super().__init__(config)
        self._address, self._drain_seconds = address, drain_seconds
        self._was_told = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"Echoes is ready: {self._address}\n")
            sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A shutdown that hangs is cut off; a second signal, which `make` passes on, changes nothing."""
        if self._was_told:
            return
        self._was_told = True
        process.drain()
        if self._drain_seconds:
            _in(self._drain_seconds, self._stop)
        else:
            self._stop()
        _in(self._drain_seconds + SECONDS_TO_END, lambda: os._exit(1))

    def _stop(self) -> None:
        self.should_exit = True


def serve(settings: Settings) -> int:
    """Blocks until a signal; the exit code says whether the app had started."""
    _require_build()
    tls = _tls(settings)
    sockets = _listen(settings.host, settings.port)
    config = uvicorn.Config(
        application,
        factory=True,
        http=timeout_protocol(settings),
        ws=LimitedWebSocketProtocol,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls.context,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=SECONDS_FOR_REQUESTS,
    )
    server = Server(config, settings.public_url, settings.drain_seconds)
    with monitoring_port(settings):
        server.run(sockets)
    return 0 if server.started else 3


def application() -> ASGIApp:
    """Reflex's backend with our routes and the built front end; nothing is compiled here."""
    prepare(LARGEST_MESSAGE)
    with importing():  # Only now: Reflex reads what was prepared while the app is imported.
        from echoes.echoes import app
        from echoes.pages.common.state import is_signed_in

    settings, build = get_settings(), build_folder()
    measure_events(EventMeter())
    tie_states_to(build_id())
    expire_anonymous_states(app, 60 * settings.stranger_minutes, is_signed_in)
    built = PagePreloadsMiddleware(PagePathsMiddleware(app(), build), build)
    pages = KnownNetworksMiddleware(ReferralMiddleware(CacheHeadersMiddleware(built)))
    border = WebSocketMiddleware(pages, handlers_of(app), WebSocketRates.of(settings))
    answered = SecurityHeadersMiddleware(ControlCharactersMiddleware(border), settings, build)
    return RequestObservationMiddleware(answered, routes_of(app))


def _tls(settings: Settings) -> ServerCertificate | None:
    """None: http, which a proxy may make https of. Raises CannotServe."""
    if not settings.tls_certificate:
        return None
    try:
        certificate = ServerCertificate(settings)
    except CertificateUnusable as error:
        raise CannotServe(for_operators(error)) from error
    certificate.watch()
    return certificate


def _in(seconds: float, then: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, then)
    timer.daemon = True
    timer.start()


def _require_build() -> None:
    if not (build_folder() / "index.html").is_file():
        raise CannotServe(f"The front end is not built in {Path.cwd()}. Start Echoes with `make run`.")


def _listen(host: str, port: int) -> list[socket.socket]:
    """All sockets or none; `localhost` is two addresses, and a browser may try either first."""
    return [bound for address in LOOPBACKS.get(host, [host]) if (bound := _bind(address, port))]


def _bind(address: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
    except OSError as error:
        if error.errno in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL) and address == "::1":
            return None  # a machine without IPv6
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(
                f"Port {port} is taken by another program. Stop that program, or choose another port: "
                f"ECHOES_PORT={port + 1} make run"
            ) from error
        raise CannotServe(f"Echoes cannot listen on {address}, port {port}: {error.strerror}.") from error
    return listener
