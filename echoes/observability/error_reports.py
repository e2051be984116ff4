"""Error reports in Sentry's protocol, without personal data: on when a DSN is set.

What is logged with an exception that nobody foresaw is sent: its kind and where it came up, of each place a
few times a minute. What is expected (`errors.is_expected`) is not. A report is built anew from what is
named here, because everything else may quote a person: messages, variables, addresses, names of files.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from echoes.errors import is_expected
from echoes.observability import context
from echoes.observability.logs import Occurrences
from echoes.settings import Settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

KEPT = ("event_id", "timestamp", "platform", "level", "release", "environment")
KEPT_OF_FRAME = ("filename", "function", "module", "lineno", "in_app")
TAGS = ("job", "event", "route", "request", "take", "film")
"""Of what surrounds a log line (`context`): names of ours, and random ids. Not whose it was."""
SECONDS_TO_SEND = 2.0


class ErrorReporter(logging.Handler):
    """Beside the handler that writes the lines, and before it: that one takes errors out of records."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._occurrences = Occurrences()

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or is_expected(error) or not self._occurrences.is_written(record):
            return
        import sentry_sdk

        with sentry_sdk.new_scope() as scope:
            known = context.current()
            for name in TAGS:
                if name in known:
                    scope.set_tag(name, known[name])
            scope.capture_exception(error)


def configure(settings: Settings, version: str) -> None:
    dsn = settings.sentry_dsn.get_secret_value().strip()
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        release=f"echoes@{version}",
        environment=settings.mode,
        before_send=scrubbed,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
        shutdown_timeout=SECONDS_TO_SEND,
    )
    logging.getLogger().handlers.insert(0, ErrorReporter())


def scrubbed(event: "Event", _hint: "Hint") -> "Event | None":
    """A new report of what may leave. Without an exception there is nothing to report."""
    values = event.get("exception", {}).get("values") or []
    if not values:
        return None
    kept: Any = {name: event[name] for name in KEPT if name in event}  # type: ignore[literal-required]
    kept["exception"] = {"values": [_exception(value) for value in values]}
    tags: Mapping[str, Any] = event.get("tags") or {}
    kept["tags"] = {name: tags[name] for name in TAGS if name in tags}
    return kept  # type: ignore[no-any-return]


def _exception(value: Mapping[str, Any]) -> dict[str, Any]:
    """Its kind and its frames. Its message is not among them."""
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": "",
        "stacktrace": {"frames": [_frame(frame) for frame in frames]},
    }


def _frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    return {name: frame[name] for name in KEPT_OF_FRAME if name in frame}


def finish() -> None:
    """Sends what waits. Without a DSN the library was never imported."""
    import sys

    if (sentry_sdk := sys.modules.get("sentry_sdk")) is not None:
        sentry_sdk.flush(timeout=SECONDS_TO_SEND)
