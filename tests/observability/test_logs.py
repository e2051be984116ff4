"""A line about what clients cause holds none of it, is short, and comes a few times a minute at most."""

import logging
import sys

import pytest

from echoes.observability.logs import AT_ONCE, LINE, WINDOW_SECONDS, ClientMessageFilter, OneLineFormatter

SENT = "echoes_session=of-somebody\n2026-01-01 ERROR root: forged\u2028\x1b[31m"


class Written(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.now = 0.0
        self.setFormatter(OneLineFormatter(LINE))
        self.addFilter(ClientMessageFilter(clock=lambda: self.now))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def written() -> Written:
    return Written()


def fail(handler: Written, name: str) -> None:
    """As a library logs what it could not read."""
    try:
        raise ValueError(SENT)
    except ValueError:
        record = logging.getLogger(name).makeRecord(
            name, logging.ERROR, __file__, 7, "cannot read %s", (SENT,), sys.exc_info(), "fail"
        )
    handler.handle(record)


@pytest.mark.parametrize("name", ["reflex.app", "engineio.server", "uvicorn.error", "asyncio"])
def test_what_was_sent_does_not_stand_there(written: Written, name: str) -> None:
    fail(written, name)
    (line,) = written.lines
    assert "somebody" not in line
    assert "ValueError" in line
    assert "\n" not in line
    assert len(line) < 400


def test_an_error_of_ours_says_which_one_and_where(written: Written) -> None:
    fail(written, "echoes.pages.common.state")
    assert "\n" not in written.lines[0]
    assert "ValueError < tests/observability/test_logs.py" in written.lines[0]


def test_the_same_line_is_counted_and_not_repeated(written: Written) -> None:
    for _ in range(5000):
        fail(written, "reflex.app")
    assert len(written.lines) == AT_ONCE
    written.now += WINDOW_SECONDS
    fail(written, "reflex.app")
    assert f"({5000 - AT_ONCE} more like it before)" in written.lines[-1]


def test_what_no_client_causes_is_written_whole(written: Written) -> None:
    for _ in range(AT_ONCE + 2):
        fail(written, "echoes.engine.cleanup")
    assert len(written.lines) == AT_ONCE + 2
    assert "Traceback" in written.lines[0]
    assert "\x1b" not in written.lines[0].splitlines()[0]
