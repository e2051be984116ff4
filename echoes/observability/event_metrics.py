"""Metrics of Reflex's events: a meter of OpenTelemetry's form, which Reflex writes to and Prometheus reads.

Reflex measures its events itself where a meter is given to it (`reflex_adapter.telemetry`). Nothing else
writes here, so this is no general bridge: what it does not know, it does not keep.
"""

from collections.abc import Callable, Mapping
from typing import Any

from echoes.observability import metrics

Attributes = Mapping[str, Any]
Record = Callable[[float, Attributes], None]

NAME, BACKGROUND, ERROR = "reflex.event.name", "reflex.event.background", "error.type"


def handler_of(event: str) -> str:
    """`FilmsState.watch` of `reflex___state____state.echoes___pages____films___state____films_state.watch`.
    Only handlers that there are run, so there are as many values as handlers."""
    state, _, handler = event.rpartition(".")
    return f"{state.rpartition('____')[2]}.{handler}"


def _event(seconds: float, attributes: Attributes) -> None:
    handler = handler_of(str(attributes[NAME]))
    metrics.EVENTS.labels(handler, metrics.FAILED if ERROR in attributes else metrics.SUCCEEDED).inc()
    if not attributes[BACKGROUND]:
        metrics.EVENT_SECONDS.labels(handler).observe(seconds)


def _state(seconds: float, _attributes: Attributes) -> None:
    metrics.STATE_SECONDS.observe(seconds)


def _tabs(change: float, _attributes: Attributes) -> None:
    metrics.TABS.inc(change)


def _nothing(_value: float, _attributes: Attributes) -> None:
    """Of what is measured besides."""


INSTRUMENTS: dict[str, Record] = {
    "reflex.event.duration": _event,
    "reflex.state.acquire.duration": _state,
    "reflex.websocket.connections": _tabs,
}


class _Instrument:
    def __init__(self, record: Record) -> None:
        self._record = record

    def record(self, value: float, attributes: Attributes | None = None) -> None:
        self._record(value, attributes or {})

    add = record


class EventMeter:
    """Both the provider of meters and the only one that it provides."""

    def get_meter(self, *_names: Any, **_facts: Any) -> "EventMeter":
        return self

    def create_histogram(self, name: str, **_facts: Any) -> _Instrument:
        return _Instrument(INSTRUMENTS.get(name, _nothing))

    create_up_down_counter = create_histogram
