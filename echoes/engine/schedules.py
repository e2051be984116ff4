"""Scheduled jobs (cron): what nobody waits for, at which minutes.

The engine begins each at its time, so that of many workers one does it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, ScheduleInput, StepOptions

from echoes.accounts.links import sign_in_links
from echoes.backups import schedule as backup_schedule
from echoes.credits import allowances
from echoes.credits.payments.missed_events import fetch_missed_events
from echoes.credits.payments.reconciliation import reconcile
from echoes.credits.payments.webhook import forget_handled
from echoes.database import get_database
from echoes.engine import concurrency
from echoes.engine.cleanup import delete_orphaned_files, find_damaged_files
from echoes.engine.housekeeping import delete_old_history, fail_stale_jobs
from echoes.engine.shared_cleanup import clean_up_shared
from echoes.jobs.queues import CONTROL
from echoes.mail.sending import forget_old as forget_old_mails
from echoes.models import now
from echoes.music.analysis import ask_for_analysis
from echoes.privacy.deletion import delete_due
from echoes.projects.removals import COMES_BACK_FOR, forget_removed
from echoes.settings import get_settings
from echoes.sharing.gift_mail import tell_owners
from echoes.sharing.view_counting import forget_visits
from echoes.takes.levels import ask_for_levels
from echoes.takes.posters import make_missing_posters
from echoes.takes.previews import ask_for_previews

LEARN_LIMITS, MAKE_MISSING_POSTERS = "learn_limits", "make_missing_posters"
AT_START = (LEARN_LIMITS, MAKE_MISSING_POSTERS)
"""Done when an engine starts too: an upgrade leaves posters to be made."""


def register() -> list[ScheduleInput]:
    """With DBOS. Names are stored: they outlive renamed functions."""
    return [
        _every("measure_sounds", "*/10 * * * *", measure_sounds),
        _every(MAKE_MISSING_POSTERS, "*/10 * * * *", make_missing_posters),
        _every("make_missing_previews", "*/3 * * * *", make_missing_previews),
        _every("settle_lost", "*/10 * * * *", fail_stale_jobs),
        _every("forget", "23 * * * *", forget, workflow_name="forget_and_sweep"),
        _every("tell_of_gifts", "*/15 * * * *", tell_owners),
        _every("delete_accounts", "41 * * * *", delete_due),
        _every("give_allowances", "11 * * * *", allowances.give_monthly),
        _every("reconcile_orders", "*/5 * * * *", lambda: asyncio.run(reconcile(get_settings()))),
        _every("find_lost_events", "7 * * * *", lambda: asyncio.run(fetch_missed_events(get_settings()))),
        _every(LEARN_LIMITS, "*/5 * * * *", lambda: concurrency.learn_limits()),
        _backups(),
    ]


def measure_sounds() -> None:
    with get_database().unscoped() as session:
        ask_for_analysis(session)
        ask_for_levels(session)


def make_missing_previews() -> None:
    if not get_settings().prepare_load:
        return
    with get_database().unscoped() as session:
        ask_for_previews(session)


def forget() -> None:
    """Rows and files that have served their time."""
    delete_old_history()
    with get_database().unscoped() as session:
        forget_visits(session)
        forget_handled(session)
        forget_removed(session, now() - COMES_BACK_FOR)
        forget_old_mails(session)
        sign_in_links.forget_old(session)
    delete_orphaned_files()
    clean_up_shared()
    find_damaged_files()


def _every(name: str, cron: str, act: Callable[[], object], workflow_name: str = "") -> ScheduleInput:
    @DBOS.workflow(name=workflow_name or name)
    def run(_due: datetime, _context: Any) -> None:
        act()

    return _scheduled(name, cron, run)


def _backups() -> ScheduleInput:
    """A step, so that one that takes hours can be begun again elsewhere."""

    @DBOS.workflow(name="back_up")
    async def back_up(_due: datetime, _context: Any) -> None:
        if await asyncio.to_thread(backup_schedule.is_due, get_settings()):
            options = StepOptions(name="back_up.run", preemptible=True)
            await DBOS.run_step_async(options, backup_schedule.back_up_by_itself)

    return _scheduled("back_up", "17 * * * *", back_up)


def _scheduled(name: str, cron: str, workflow: Any) -> ScheduleInput:
    return ScheduleInput(schedule_name=name, workflow_fn=workflow, schedule=cron, queue_name=CONTROL)
