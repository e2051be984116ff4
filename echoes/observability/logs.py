"""Log lines: their form, their level, and what they may hold of what clients send, which is nothing.

Libraries at the network write what they received into their messages, and a stack trace with each. Here such
a record becomes one short line that says where it was written and which error it was, and the same line again
only after a while, with a count. So a stranger can neither put words into the log nor fill the disk with it.
"""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from echoes.settings import Role, Settings

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
AT_THE_NETWORK = ("asyncio", "engineio", "multipart", "python_multipart", "socketio", "uvicorn", "websockets")
"""Loggers whose words may be those of a client, beside all of Reflex's."""
ASKED_BY_CLIENTS = (
    "echoes.accounts", "echoes.error_responses", "echoes.rate_limits", "echoes.processes", "echoes.music",
    "echoes.pages", "echoes.photos",
    "echoes.sharing", "echoes.storage", "echoes.uploads", "echoes.videos", "echoes.web",
)  # fmt: skip
"""Ours that write about what somebody sent: of those, an error says no more than which one it is."""
OF_OUR_START = "uvicorn/lifespan"
"""What the app says when it cannot start or end is the operator's, and the operator needs all of it."""
LONGEST_LINE = 2000
OURS = ("echoes", "compiler")
FRAMES = 4
AT_ONCE, WINDOW_SECONDS = 3, 60.0
ENOUGH = "more of these are counted, and not written, for a minute"
ROOTS = ("site-packages/", f"{Path(__file__).resolve().parents[2]}/")
CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], "\N{REPLACEMENT CHARACTER}")
CONTROLS |= dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def configure(settings: Settings | None = None, role: Role = "all") -> None:
    """All that this process logs goes through one handler. Called once before the settings are read, whose
    mistakes are logged too, and again with them."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(settings))
    handler.addFilter(ClientMessageFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(_level(settings, role))
    for name in ("engineio.server", "socketio.server"):
        # With a level of their own they add no handlers of theirs, which would write past ours.
        logging.getLogger(name).setLevel(logging.ERROR)


def _level(settings: Settings | None, role: Role) -> int:
    """Libraries stay at warnings: what they say below that holds addresses, headers and whole requests."""
    if settings is None:
        return logging.WARNING
    if settings.log_level == "auto":
        return logging.INFO if role == "worker" else logging.WARNING
    return logging.getLevelNamesMapping()[settings.log_level.upper()]


def _formatter(settings: Settings | None) -> logging.Formatter:
    if settings is None or not settings.logs_json:
        return OneLineFormatter(LINE)
    from echoes.observability.json_logs import json_formatter  # structlog only where it is used

    return json_formatter()


def is_by_clients(record: logging.LogRecord) -> bool:
    """Whether a client can make it happen, as often as it likes."""
    return is_of_the_network(record) or record.name.startswith(ASKED_BY_CLIENTS)


def is_of_the_network(record: logging.LogRecord) -> bool:
    root = record.name.split(".", 1)[0]
    return (root in AT_THE_NETWORK or root.startswith("reflex")) and OF_OUR_START not in record.pathname


def redacted(record: logging.LogRecord) -> str:
    """Of the network only where it was written, and of any error only which one it is."""
    place = f"{record.module}.{record.funcName}, line {record.lineno}"
    said = place if is_of_the_network(record) else record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    return f"{said}: {described(error)}" if error else said


def described(error: BaseException) -> str:
    """Its kind and where it came up, without its message, which often quotes what was sent."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    cause = error.__cause__ or error.__context__
    kind = f"{type(error).__name__} ({type(cause).__name__})" if cause else type(error).__name__
    return " < ".join([kind, *places])


def _short(filename: str) -> str:
    for root in ROOTS:
        filename = filename.rpartition(root)[2]
    return filename


class OneLineFormatter(logging.Formatter):
    """One record is a line, or a line and a stack trace, and nothing in it can pretend to be another one."""

    def format(self, record: logging.LogRecord) -> str:
        kept = record.exc_info, record.exc_text, record.stack_info
        record.exc_info = record.exc_text = record.stack_info = None
        line = super().format(record).translate(CONTROLS)[:LONGEST_LINE]
        record.exc_info, record.exc_text, record.stack_info = kept
        return f"{line}\n{self.formatException(kept[0])}" if kept[0] else line


@dataclass
class _Counted:
    since: float
    written: int = 0


@dataclass
class Occurrences:
    """How often a place in the code logged the same error lately: a few times a minute are enough to know."""

    clock: Callable[[], float] = time.monotonic
    _places: dict[tuple[str, int, str], _Counted] = field(default_factory=dict)

    def is_written(self, record: logging.LogRecord) -> bool:
        return self.count(record)[0].written <= AT_ONCE

    def count(self, record: logging.LogRecord) -> tuple[_Counted, int]:
        """With how many were held back in the window before, if this record begins another one."""
        error = type(record.exc_info[1]).__name__ if record.exc_info else ""
        place, now, before = (record.pathname, record.lineno, error), self.clock(), 0
        counted = self._places.get(place)
        if counted is None or now - counted.since >= WINDOW_SECONDS:
            before = max(0, counted.written - AT_ONCE) if counted else 0
            counted = self._places[place] = _Counted(now)
        counted.written += 1
        return counted, before


class ClientMessageFilter(logging.Filter):
    """Makes a line without content of what clients can cause, writes it a few times a minute from the same
    place in the code, and then how often it would have been."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._occurrences = Occurrences(clock)

    def filter(self, record: logging.LogRecord) -> bool:
        if not is_by_clients(record):
            return True
        counted, before = self._occurrences.count(record)
        notes = [f"{before} more like it before"] if before else []
        notes += [ENOUGH] if counted.written == AT_ONCE else []
        said = redacted(record)
        record.msg, record.args = f"{said} ({'; '.join(notes)})" if notes else said, ()
        record.exc_info = record.exc_text = record.stack_info = None
        return counted.written <= AT_ONCE
