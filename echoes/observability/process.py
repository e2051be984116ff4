"""What a process does for whoever observes it, once at its start and once before its end."""

from importlib.metadata import version
from threading import Event

from echoes.observability import error_reports, logs, metrics, tracing
from echoes.settings import Settings

PACKAGE = "echoes"

_draining = Event()


def observe(settings: Settings) -> None:
    """Log lines as the settings want them, error reports, traces, and the process's own metrics."""
    logs.configure(settings)
    release = version(PACKAGE)
    error_reports.configure(settings, release)
    tracing.configure(settings.role, release)
    metrics.describe_build(release, settings.role)


def drain() -> None:
    """From now on this process is not ready for anything new, since it will end."""
    _draining.set()


def is_draining() -> bool:
    return _draining.is_set()


def finish() -> None:
    """Sends what is still held back, within a few seconds."""
    tracing.finish()
    error_reports.finish()
