"""Reflex's own trace points: each event measured, and a span where a tracer is given."""

from typing import Any

from reflex_base import otel


def measure_events(meter: Any) -> None:
    """`meter`: what OpenTelemetry calls a meter provider, of which Reflex uses `get_meter` alone. Spans go to
    the process's own tracer provider; where there is none, a span is an object that keeps nothing."""
    otel.enable(meter_provider=meter)
