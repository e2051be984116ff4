"""Prometheus metrics of this process, all in one registry of our own.

No label holds what a client can choose: values are names of ours, codes, or go through `LabelValues`, which
lets so many different ones in and calls the rest `other`. What the database alone knows (jobs that wait,
credits in circulation) is in `monitoring.database_metrics`.
"""

import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds that somebody waits before a page."""
SLOW = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Seconds of a job."""
MOST_VALUES = 60
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
OTHER = "other"
CANCELLED, SUCCEEDED, FAILED, INTERRUPTED = "cancelled", "succeeded", "failed", "interrupted"

BUILD = Info(
    "echoes_build", "Version of Echoes and of Python, and the role of this process", registry=REGISTRY
)

HTTP_REQUESTS = Counter(
    "echoes_http_requests_total", "Requests by route, method and status", ("route", "method", "status"),
    registry=REGISTRY,
)  # fmt: skip
HTTP_SECONDS = Histogram(
    "echoes_http_request_seconds", "Time until the answer is sent whole", ("route",), buckets=QUICK,
    registry=REGISTRY,
)  # fmt: skip
RATE_LIMITED = Counter(
    "echoes_rate_limited_total", "What was refused because it came too often", ("limit",), registry=REGISTRY
)
EVENTS = Counter(
    "echoes_events_total", "Events of pages, by handler and result", ("handler", "result"), registry=REGISTRY
)
EVENT_SECONDS = Histogram(
    "echoes_event_seconds", "Time of an event’s handler, without those that go on beside others",
    ("handler",), buckets=QUICK, registry=REGISTRY,
)  # fmt: skip
STATE_SECONDS = Histogram(
    "echoes_event_state_wait_seconds", "Time that an event waited for the state of its tab", buckets=QUICK,
    registry=REGISTRY,
)  # fmt: skip
TABS = Gauge("echoes_open_tabs", "Tabs that are connected to this process", registry=REGISTRY)

JOBS = Counter(
    "echoes_jobs_total", "Jobs that ended here, by name and end", ("job", "end"), registry=REGISTRY
)
JOB_SECONDS = Histogram(
    "echoes_job_seconds", "Time of a job from its start to its end, retries included", ("job", "end"),
    buckets=SLOW, registry=REGISTRY,
)  # fmt: skip
JOB_RETRIES = Counter("echoes_job_retries_total", "Attempts after the first one", ("job",), registry=REGISTRY)
JOB_FAILURES = Counter(
    "echoes_job_failed_attempts_total",
    "Attempts that failed, by reason",
    ("job", "reason"),
    registry=REGISTRY,
)
PROVIDER_RESULTS = Counter(
    "echoes_provider_results_total", "How attempts at a clip ended with its provider", ("provider", "code"),
    registry=REGISTRY,
)  # fmt: skip
PROVIDER_REQUESTS = Counter(
    "echoes_provider_http_requests_total", "Requests to providers, by host and status", ("host", "status"),
    registry=REGISTRY,
)  # fmt: skip
PROVIDER_SECONDS = Histogram(
    "echoes_provider_http_seconds", "Time until a provider’s server answered", ("host",), buckets=QUICK,
    registry=REGISTRY,
)  # fmt: skip
CREDITS = Counter(
    "echoes_credits_moved_total", "Credits by the kind of their movement and whether they came or went",
    ("kind", "direction"), registry=REGISTRY,
)  # fmt: skip
UPLOADS = Counter("echoes_uploads_total", "Uploads that ended here", ("kind", "result"), registry=REGISTRY)
UPLOADED_BYTES = Counter(
    "echoes_uploaded_bytes_total", "Bytes of the uploads that were taken in", ("kind",), registry=REGISTRY
)


class LabelValues:
    """The values of one label, each a plain name, and not more than so many of them."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most, self._known = most, set[str]()

    def admit(self, value: str) -> str:
        if value in self._known:
            return value
        if len(self._known) >= self._most or not PLAIN.fullmatch(value):
            return OTHER
        self._known.add(value)
        return value


_REASONS, _HOSTS, _PROVIDERS, _CODES = LabelValues(), LabelValues(), LabelValues(), LabelValues()


def describe_build(version: str, role: str) -> None:
    BUILD.info({"version": version, "python": platform.python_version(), "role": role})


def count_job(job: str, end: str, seconds: float) -> None:
    JOBS.labels(job, end).inc()
    JOB_SECONDS.labels(job, end).observe(seconds)


def count_failed_attempt(job: str, reason: str) -> None:
    JOB_FAILURES.labels(job, _REASONS.admit(reason)).inc()


def count_provider_request(host: str, status: str, seconds: float) -> None:
    host = _HOSTS.admit(host)
    PROVIDER_REQUESTS.labels(host, status).inc()
    PROVIDER_SECONDS.labels(host).observe(seconds)


@contextmanager
def counted_provider(provider: str) -> Iterator[None]:
    """One attempt at a clip; an error's `kind` is its code, as it is stored with the take."""
    code = INTERRUPTED
    try:
        yield
        code = "ok"
    except Exception as error:
        code = str(getattr(error, "kind", "internal"))
        raise
    finally:
        PROVIDER_RESULTS.labels(_PROVIDERS.admit(provider), _CODES.admit(code)).inc()


def count_credits(kind: str, amount: int) -> None:
    CREDITS.labels(kind, "in" if amount > 0 else "out").inc(abs(amount))


class Stopwatch:
    def __init__(self) -> None:
        self._started = perf_counter()

    @property
    def seconds(self) -> float:
        return perf_counter() - self._started
