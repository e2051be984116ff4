"""What an error report tells whoever receives it: which error, and where. Nothing of anybody's."""

import gzip
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
import sentry_sdk
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.errors import NotFound
from echoes.observability import context, error_reports
from echoes.settings import get_settings
from tests.support.servers.production import serve

PLANTED = ("anna@example.org", "203.0.113.9", "Grandma Rose.jpg", "session=abc123", "/home/anna")
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}
logger = logging.getLogger("echoes.error_responses")


@pytest.fixture
def received(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    envelopes: list[bytes] = []

    async def receive(request: Request) -> Response:
        envelopes.append(UNPACK[request.headers["content-encoding"]](await request.body()))
        return JSONResponse({})

    handlers = list(logging.getLogger().handlers)
    with serve(Starlette(routes=[Route("/api/1/envelope/", receive, methods=["POST"])])) as address:
        monkeypatch.setenv("ECHOES_SENTRY_DSN", address.replace("://", "://key@") + "/1")
        get_settings.cache_clear()
        error_reports.configure(get_settings(), "0.0")
        yield envelopes
        sentry_sdk.init()
    logging.getLogger().handlers[:] = handlers


def fail(error: Exception) -> None:
    file_name, cookie, address = PLANTED[2], PLANTED[3], PLANTED[1]
    try:
        raise error
    except Exception:
        logger.exception("%s of %s from %s", file_name, cookie, address)


def test_a_report_names_the_error_and_nobody(received: list[bytes]) -> None:
    with context.bound(job="compile_film", user="a-hash", request="0123456789abcdef"):
        fail(ValueError(" ".join(PLANTED)))
    fail(NotFound())  # Expected: nobody's fault.
    error_reports.finish()
    (envelope,) = received
    text = envelope.decode()
    assert not [planted for planted in (*PLANTED, "a-hash", str(Path.home())) if planted in text]
    event = json.loads(text.splitlines()[-1])
    (said,) = event["exception"]["values"]
    assert (said["type"], said["value"]) == ("ValueError", "")
    assert said["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["tags"] == {"job": "compile_film", "request": "0123456789abcdef"}
    assert (
        not {"user", "request", "server_name", "breadcrumbs", "extra", "modules", "logentry"} & event.keys()
    )
