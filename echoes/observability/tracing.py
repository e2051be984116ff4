"""OpenTelemetry tracing: on when its standard variables name an exporter, and nothing but a test of one name
otherwise.

The exporter's address and headers are read by the SDK itself: OTEL_EXPORTER_OTLP_ENDPOINT and the like. Spans
hold ids, codes and durations. Addresses lose their queries: those of files are passes to them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
FLUSH_MILLISECONDS = 1000
ADDRESSES = ("http.url", "url.full")
"""What the instrumentation of httpx calls the address, in the old and the new convention."""

_tracer: "Tracer | None" = None
_provider: "TracerProvider | None" = None


def is_wanted() -> bool:
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if exporter == "none" or os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    return bool(exporter) or any(os.environ.get(name, "").strip() for name in ENDPOINTS)


def is_on() -> bool:
    return _tracer is not None


def configure(role: str, version: str) -> None:
    """Once in a process, before anything is traced."""
    if not is_wanted() or is_on():
        return
    global _provider, _tracer
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from echoes.observability.span_export import WithoutPeople

    name = os.environ.get("OTEL_SERVICE_NAME") or "echoes"
    resource = Resource.create({"service.name": name, "service.version": version, "echoes.role": role})
    _provider = TracerProvider(resource=resource)
    _provider.add_span_processor(BatchSpanProcessor(WithoutPeople(_exporter())))
    trace.set_tracer_provider(_provider)
    _tracer = _provider.get_tracer("echoes", version)
    _trace_http_clients()


def _exporter() -> "SpanExporter":
    if os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _trace_http_clients() -> None:
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor().instrument(request_hook=_shorten, async_request_hook=_shorten_later)


def _shorten(span: "Span", request: Any) -> None:
    """The request's second field is its address."""
    address = urlsplit(str(request[1]))
    short = f"{address.scheme}://{address.hostname or ''}{address.path}"
    attributes = getattr(span, "attributes", None) or {}
    for name in ADDRESSES:
        if name in attributes:
            span.set_attribute(name, short)


async def _shorten_later(span: "Span", request: Any) -> None:
    _shorten(span, request)


@contextmanager
def span(name: str, parent: "Context | None" = None, **attributes: str | int | float) -> Iterator[None]:
    """An internal span. Of an error that ends it, only its kind is kept: messages quote what was sent."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode

    named = {key.replace("__", "."): value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, parent, attributes=named, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def current_context() -> "Context | None":
    """What is handed to work that is done elsewhere or later; None when nothing is traced."""
    if _tracer is None:
        return None
    from opentelemetry import context

    return context.get_current()


def current_ids() -> dict[str, str]:
    """For log lines."""
    if _tracer is None:
        return {}
    from opentelemetry import trace

    here = trace.get_current_span().get_span_context()
    return {"trace_id": f"{here.trace_id:032x}"} if here.is_valid else {}


def finish() -> None:
    """Sends what is still held back. A collector that does not answer holds up nobody's end."""
    if _provider is not None:
        _provider.force_flush(FLUSH_MILLISECONDS)
