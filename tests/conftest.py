"""What holds for all tests: where fixtures come from, and when a skipped test is a failure."""

import gc
import logging
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import programs

settings.register_profile("echoes", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("echoes")  # How long an example takes says what else the machine does.
gc.disable()  # Until all is imported: nothing of that is garbage, and each pass would look at all of it.

TESTS = Path(__file__).parent
pytest_plugins = [
    ".".join(("tests", *path.relative_to(TESTS).with_suffix("").parts))
    for path in sorted((TESTS / "support").rglob("*.py"))
    if "@pytest.fixture" in path.read_text()
]
pytest.register_assert_rewrite(*pytest_plugins)  # Before one of them imports another.

os.environ["ECHOES_ENV_FILE"] = ""  # The .env of whoever runs the tests is none of theirs.
FORBIDDEN = os.environ.get("ECHOES_FORBID_SKIPS") == "1"
NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "chromium": (
        programs.chromium,
        "Chromium is not installed (Debian: apt install chromium-headless-shell)",
    ),
    "postgres": (programs.postgres, "PostgreSQL is not installed (Debian: apt install postgresql)"),
    "redis": (programs.redis_server, "Redis is not installed (Debian: apt install redis-server)"),
}

SERVERS = ("postgres", "redis")
SECOND_TRY = pytest.mark.flaky(reruns=1)
"""A browser on a busy machine may fail once, and none of the others has to be run again for it. The summary
names each as RERUN, with what its first try said: it is a fault to be mended."""


@pytest.fixture(autouse=True)
def process_left_as_found() -> Iterator[None]:
    """What one test leaves behind fails another, in an order that only some machines have."""
    before = state_of_process()
    yield
    assert state_of_process() == before


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what tests make, not among modules and tests themselves."""
    gc.collect()
    gc.freeze()
    gc.enable()


def state_of_process() -> tuple[int, str, dict[str, str]]:
    variables = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return logging.root.manager.disable, str(Path.cwd()), variables


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.get_closest_marker(needed) for needed in (*SERVERS, "chromium")):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("chromium") and not config.option.usepdb:
            item.add_marker(SECOND_TRY)
    items.sort(key=turn)
    missing = {marker: reason for marker, (find, reason) in NEEDS.items() if not find()}
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def turn(item: pytest.Item) -> int:
    """Longest first: what is begun late keeps one worker busy when the others have nothing left."""
    return next((place for place, mark in enumerate(("long", "slow")) if item.get_closest_marker(mark)), 2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if FORBIDDEN and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which ECHOES_FORBID_SKIPS forbids: {reason_of(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if FORBIDDEN and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which ECHOES_FORBID_SKIPS forbids: {reason_of(report)}"
    return report


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
