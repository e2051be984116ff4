"""What holds for all tests: where fixtures come from, and when a skipped test is a failure."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.support import programs

pytest_plugins = [
    f"tests.support.{path.stem}"
    for path in sorted((Path(__file__).parent / "support").glob("*.py"))
    if "@pytest.fixture" in path.read_text()
]

FORBIDDEN = os.environ.get("ECHOES_FORBID_SKIPS") == "1"
NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "chromium": (programs.chromium, "Chromium is not installed (Debian: apt install chromium)"),
    "postgres": (programs.postgres, "PostgreSQL is not installed (Debian: apt install postgresql)"),
    "redis": (programs.redis_server, "Redis is not installed (Debian: apt install redis-server)"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = {marker: reason for marker, (find, reason) in NEEDS.items() if not find()}
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


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
