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
pytest.register_assert_rewrite(*pytest_plugins)  # Before one of them imports another.

FORBIDDEN = os.environ.get("ECHOES_FORBID_SKIPS") == "1"
NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "chromium": (programs.chromium, "Chromium is not installed (Debian: apt install chromium)"),
    "postgres": (programs.postgres, "PostgreSQL is not installed (Debian: apt install postgresql)"),
    "redis": (programs.redis_server, "Redis is not installed (Debian: apt install redis-server)"),
}

HERE = Path(__file__).parent
SLOW = {
    *(
        "accounts/test_provider.py",
        "privacy/test_deletion.py",
    ),
    *("compiler/test_animate.py", "compiler/test_conform.py", "compiler/test_hostile.py"),
    *("compiler/test_access_units.py", "compiler/test_playback.py"),
    *("compiler/test_rendering.py", "compiler/test_soundtrack.py"),
    *("compiler/test_titles.py", "compiler/test_command_line.py", "compiler/test_poster.py"),
    "components/test_film_screen.py",
    *("compiler/test_mp4_reader.py", "test_media.py", "jobs/test_housekeeping.py"),
    *("compiler/test_mixing.py", "compiler/test_deinterlacing.py", "compiler/test_clip_audio.py"),
    *("commands/test_backup.py", "commands/test_doctor.py"),
    *("commands/test_people.py", "commands/test_worker.py"),
    *("clips/test_generation.py", "videos/test_compilation.py", "providers/test_motion.py"),
    *("providers/test_runway.py", "providers/test_fal.py"),
    *("jobs/test_engine.py", "jobs/test_postgres.py", "jobs/test_recovery.py", "jobs/test_steps.py"),
    *(
        "jobs/test_queues.py",
        "clips/test_stopping.py",
        "clips/test_secrets.py",
        "clips/test_chaos.py",
        "clips/test_conforming.py",
        "clips/test_at_once.py",
    ),
    *(
        "credits/test_model.py",
        "uploads/test_restart.py",
        "web/test_server.py",
        "scripts/test_music.py",
        "music/test_intake.py",
    ),
}
"""What encodes whole clips, or starts and kills processes: `make test` runs it after all that is quick."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).as_posix() in SLOW:
            item.add_marker(pytest.mark.slow)
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
