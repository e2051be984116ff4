"""JSON log lines by structlog: one object a line, with the ids of what is under way."""

import logging

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from echoes.observability import context, tracing
from echoes.observability.logs import LONGEST_LINE


def json_formatter() -> logging.Formatter:
    """For records of the standard library's loggers, of which ours are."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _cut,
        _add_context,
    ]
    after: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after)


def _cut(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    line["event"] = str(line["event"])[:LONGEST_LINE]
    return line


def _add_context(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """What is said of the line itself comes before what surrounds it. Its words are `message`:
    `event`, as structlog calls them, is the handler that runs."""
    message = line.pop("event")
    return {**context.current(), **tracing.current_ids(), **line, "message": message}
