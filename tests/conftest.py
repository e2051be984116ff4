"""What holds for all tests: where fixtures come from, and when a skipped test is a failure."""

import logging
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.support import programs

pytest_plugins = [
    f"tests.support.{path.stem}"
    for path in sorted((Path(__file__).parent / "support").glob("*.py"))
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

HERE = Path(__file__).parent
SLOW = {
    "accounts/test_provider.py",
    "accounts/test_provider_trust.py",
    "admin/test_music.py",
    "clips/test_at_once.py",
    "clips/test_cancelling.py",
    "clips/test_chaos.py",
    "clips/test_conforming.py",
    "clips/test_gate.py",
    "clips/test_generation.py",
    "clips/test_refunds.py",
    "clips/test_secrets.py",
    "clips/test_stopping.py",
    "clips/test_submission.py",
    "commands/test_backup.py",
    "commands/test_doctor.py",
    "commands/test_people.py",
    "commands/test_restore.py",
    "commands/test_starting.py",
    "commands/test_worker.py",
    "compiler/test_access_units.py",
    "compiler/test_animate.py",
    "compiler/test_clip_audio.py",
    "compiler/test_command_line.py",
    "compiler/test_conform.py",
    "compiler/test_conform_picture.py",
    "compiler/test_deinterlacing.py",
    "compiler/test_foreign_clips.py",
    "compiler/test_framing.py",
    "compiler/test_hostile.py",
    "compiler/test_mixing.py",
    "compiler/test_mp4_reader.py",
    "compiler/test_mp4_writer.py",
    "compiler/test_picture.py",
    "compiler/test_plan.py",
    "compiler/test_playback.py",
    "compiler/test_poster.py",
    "compiler/test_profile.py",
    "compiler/test_rendering.py",
    "compiler/test_saliency.py",
    "compiler/test_soundtrack.py",
    "compiler/test_titles.py",
    "compiler/test_unknown_metadata.py",
    "components/test_film_screen.py",
    "components/test_menu.py",
    "components/test_player_engine.py",
    "credits/test_checkout.py",
    "credits/test_concurrency.py",
    "credits/test_model.py",
    "credits/test_reconciliation.py",
    "jobs/test_engine.py",
    "jobs/test_housekeeping.py",
    "jobs/test_postgres.py",
    "jobs/test_queues.py",
    "jobs/test_reconciling.py",
    "jobs/test_recovery.py",
    "jobs/test_steps.py",
    "jobs/test_wakeups.py",
    "music/test_intake.py",
    "pages/test_credits.py",
    "pages/test_credits_local.py",
    "pages/test_handlers.py",
    "pages/test_operators_handlers.py",
    "pages/test_prices.py",
    "photos/test_intake.py",
    "photos/test_real_photographs.py",
    "photos/test_rotation.py",
    "privacy/test_deletion.py",
    "privacy/test_export.py",
    "providers/test_documented.py",
    "providers/test_fal.py",
    "providers/test_motion.py",
    "providers/test_runway.py",
    "providers/test_standins.py",
    "scripts/test_music.py",
    "sharing/test_watching.py",
    "test_live.py",
    "test_media.py",
    "test_migrations.py",
    "uploads/test_corpus.py",
    "uploads/test_music.py",
    "uploads/test_quota.py",
    "uploads/test_refusals.py",
    "uploads/test_restart.py",
    "uploads/test_resuming.py",
    "videos/test_compilation.py",
    "videos/test_sizes.py",
    "web/test_connections.py",
    "web/test_flood.py",
    "web/test_server.py",
}
"""What encodes clips, starts servers or processes, or walks all handlers: `make test` runs it after all
that is quick, with what needs a database server."""
LONGEST_FIRST = (
    "journeys/test_first_film.py",
    "journeys/test_runway.py",
    "journeys/test_accessibility.py",
    "journeys/test_out_of_credits.py",
    "journeys/test_operator.py",
    "journeys/test_power_cut.py",
    "jobs/test_postgres.py",
    "clips/test_chaos.py",
    "providers/test_runway.py",
    "providers/test_fal.py",
    "jobs/test_recovery.py",
    "compiler/test_rendering.py",
    "web/test_server.py",
    "jobs/test_engine.py",
    "clips/test_secrets.py",
    "jobs/test_queues.py",
    "compiler/test_soundtrack.py",
    "uploads/test_corpus.py",
    "compiler/test_command_line.py",
    "credits/test_orders.py",
)
"""Begun late, one of these would keep a worker busy when the others have nothing left to do."""
RANKS = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
SERVERS = ("postgres", "redis")


@pytest.fixture(autouse=True)
def process_left_as_found() -> Iterator[None]:
    """What one test leaves behind fails another, in an order that only some machines have."""
    before = state_of_process()
    yield
    assert state_of_process() == before


def state_of_process() -> tuple[int, str, dict[str, str]]:
    variables = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return logging.root.manager.disable, str(Path.cwd()), variables


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: RANKS.get(item.path.relative_to(HERE).as_posix(), len(RANKS)))
    for item in items:
        needs_server = any(item.get_closest_marker(server) for server in SERVERS)
        if needs_server or item.path.relative_to(HERE).as_posix() in SLOW:
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
