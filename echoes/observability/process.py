"""What a process does for whoever observes it, once at its start and once before its end."""

from importlib.metadata import version
from threading import Event

from echoes.observability import error_reports, logs, metrics, tracing
from echoes.settings import Role, Settings

PACKAGE = "echoes"

_draining = Event()


def observe(settings: Settings, role: Role | None = None) -> None:
    """Log lines as the settings want them, error reports, traces, and the process's own metrics. `role`: what
    this process is, where its command says so and not its settings."""
    role = role or settings.role
    logs.configure(settings, role)
    release = version(PACKAGE)
    error_reports.configure(settings, release)
    tracing.configure(role, release)
    metrics.describe_build(release, role)


def drain() -> None:
    """From now on this process is not ready for anything new, since it will end."""
    _draining.set()


def is_draining() -> bool:
    return _draining.is_set()


def finish() -> None:
    """Sends what is still held back, within a few seconds."""
    tracing.finish()
    error_reports.finish()
