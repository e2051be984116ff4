"""A collector of OpenTelemetry traces, as an exporter of OTLP over HTTP sends them."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.servers.production import serve


@contextmanager
def collected_spans() -> Iterator[tuple[dict[str, str], list[Span]]]:
    """What a process gets into its environment, and what it sends."""
    received: list[Span] = []

    async def receive(request: Request) -> Response:
        sent = ExportTraceServiceRequest.FromString(await request.body())
        received.extend(
            span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans
        )
        return Response(b"", media_type="application/x-protobuf")

    with serve(Starlette(routes=[Route("/v1/traces", receive, methods=["POST"])])) as address:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_EXPORTER_OTLP_COMPRESSION": "none"}
        yield settings, received
