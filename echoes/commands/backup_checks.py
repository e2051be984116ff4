"""Check of backups: whether any are made, whether they can be, and how old the last one is."""

import asyncio
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from echoes.backups.databases import postgres
from echoes.backups.runs import BackupState, last_backup_state
from echoes.backups.target import BackupTarget, shares_disk, target_of
from echoes.commands.findings import Problem
from echoes.database import get_database
from echoes.errors import EchoesError, for_operators
from echoes.models import now
from echoes.settings import Settings
from echoes.startup_checks import CannotStart, check_database
from echoes.text.formatting import file_size, time_ago

NONE = "Echoes makes none by itself (ECHOES_BACKUP_TO is not set)"
CHECK_TARGET = "Correct ECHOES_BACKUP_TO, or what it names; see docs/hosting.md, Backups."
CHECK_LAST = "Fix that, then run `echoes backup`; until then the last good one stays."


async def backups(settings: Settings) -> str:
    return await asyncio.to_thread(_backups, settings)


def _backups(settings: Settings) -> str:
    if not settings.backup_to:
        return NONE
    target = _reached(settings)
    try:
        check_database(settings)
        with get_database().reading() as session:
            if not settings.is_sqlite:
                postgres.check_programs(session.connection())
            state = last_backup_state(session, settings)
    except (CannotStart, SQLAlchemyError):
        return f"{target.name}; how old the last one is, the database does not say"
    except EchoesError as error:
        raise Problem(for_operators(error), CHECK_LAST) from error
    _require_good(state)
    warning = ", on the same disk as the data: make it another one" if shares_disk(settings) else ""
    return f"{target.name}{warning}, {_last(state, now())}"


def _reached(settings: Settings) -> BackupTarget:
    try:
        return target_of(settings)
    except EchoesError as error:
        raise Problem(f"{settings.backup_to}: {for_operators(error)}", CHECK_TARGET) from error


def _require_good(state: BackupState) -> None:
    if state.failure:
        raise Problem(f"the last one failed: {state.failure}", CHECK_LAST)
    if state.is_stale:
        raise Problem("none has succeeded for a day and a half", "Run `echoes backup` and see what it says.")


def _last(state: BackupState, moment: datetime) -> str:
    if state.succeeded_at is None:
        return "none made yet: the first comes tonight, or with `echoes backup`"
    return f"the last one {time_ago(state.succeeded_at, moment)}, {file_size(state.size_bytes)}"
