"""GET /healthz, /readyz and /metrics, for proxies, service managers and Prometheus.

/healthz and /readyz may be asked by anybody: the first costs nothing, the second looks every few seconds at
most, whoever asks. /metrics wants the token of the settings; without one it answers this computer alone, and
only in local mode or on the port of its own. Everybody else finds nothing there.
"""

import asyncio
import secrets
from functools import cache

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from echoes.csrf import client_address
from echoes.errors import NotFound
from echoes.monitoring.database_metrics import DatabaseCollector
from echoes.monitoring.health import get_readiness
from echoes.monitoring.server import OWN_PORT
from echoes.observability.metrics import REGISTRY
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import Settings, get_settings
from echoes.settings.urls import is_loopback

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
NOT_READY = 503
BEARER = "bearer "


async def healthz(_: Request) -> Response:
    """That the process answers. No other part of Echoes is asked."""
    return PlainTextResponse("ok\n", headers=HEADERS)


async def readyz(_: Request) -> Response:
    condition = await asyncio.to_thread(get_readiness().condition)
    if condition.missing:
        body = {"status": "not ready", "not_ready": condition.missing}
        return JSONResponse(body, NOT_READY, headers=HEADERS | {"Retry-After": "5"})
    warnings = {"warnings": condition.warnings} if condition.warnings else {}
    return JSONResponse({"status": "ready", **warnings}, headers=HEADERS)


async def metrics(request: Request) -> Response:
    if not may_read_metrics(request, get_settings()):
        raise NotFound
    _register()
    text = await asyncio.to_thread(generate_latest, REGISTRY)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers=HEADERS)


def may_read_metrics(request: Request, settings: Settings) -> bool:
    token = settings.metrics_token.get_secret_value().strip()
    if token:
        given = request.headers.get("authorization", "")
        sent = given[len(BEARER) :] if given[: len(BEARER)].lower() == BEARER else ""
        return secrets.compare_digest(sent.encode(), token.encode())
    is_here = is_loopback(client_address(request)) and "x-forwarded-for" not in request.headers
    return is_here and (settings.is_local or request.scope.get(OWN_PORT) is True)


@cache
def _register() -> None:
    """Once, and only in a process whose metrics somebody reads."""
    REGISTRY.register(DatabaseCollector())


routes = [
    Route("/healthz", healthz, methods=["GET"]),
    Route("/readyz", readyz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"], middleware=rate_limited(lambda limits: limits.metrics)),
]
