"""From the tap to the provider and the compiler in one trace, by way of the engine, and no person in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from echoes.database import Database
from echoes.models import Photo
from echoes.providers import active, price_of
from tests.support.making import fund
from tests.support.processes import PATIENCE
from tests.support.server import serve
from tests.support.standins.runway import RunwayStandIn

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def spans() -> Iterator[tuple[str, list[Span]]]:
    received: list[Span] = []

    async def receive(request: Request) -> Response:
        sent = ExportTraceServiceRequest.FromString(await request.body())
        received.extend(
            span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans
        )
        return Response(b"", media_type="application/x-protobuf")

    with serve(Starlette(routes=[Route("/v1/traces", receive, methods=["POST"])])) as address:
        yield address, received


def test_one_trace_from_tap_to_film(
    database: Database, runway: RunwayStandIn, photos: list[Photo], spans: tuple[str, list[Span]]
) -> None:
    address, received = spans
    photo = photos[0]
    with database.reading() as session:
        price = price_of(session, *active(session))
    fund(database, photo.owner_id, price)
    environment = os.environ | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
    }
    command = [sys.executable, "-m", "tests.observability.traced_process", str(photo.owner_id), str(photo.id)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.stdout.startswith("succeeded"), done.stdout + done.stderr
    (tap,) = [span for span in received if span.name == "tap"]
    names = {span.name for span in received if span.trace_id == tap.trace_id}
    assert {"generate_take", "conform_take", "POST", "GET"} <= names
    assert any(name.startswith("compiler ") for name in names)
    stored = [span for span in received if span.name == "storage put" and span.trace_id == tap.trace_id]
    facts = [{each.key: each.value for each in span.attributes} for span in stored]
    assert {fact["storage.kind"].string_value for fact in facts} == {"raw", "takes"}
    assert all(fact["storage.bytes"].int_value > 0 for fact in facts)
    assert not [span for span in received if str(photo.owner_id) in str(span)]
    assert not [span for span in received if "?" in str(span.attributes)]
