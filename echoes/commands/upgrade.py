"""`echoes upgrade`: say what will change, copy the database, migrate and verify it, or go back."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from alembic import command
from alembic.config import Config

from echoes.backups.databases import sqlite
from echoes.backups.databases.before_upgrade import copy_before_upgrade, go_back
from echoes.database import get_database
from echoes.database.migrations import PendingMigration, heads_of, is_compatible, our_revisions, pending
from echoes.engine.lock import EngineLock
from echoes.errors import InternalError, brief
from echoes.settings import Settings
from echoes.startup_checks import (
    OF_A_NEWER_ONE,
    CannotStart,
    answering,
    check_data_folder,
    check_database,
    has_database,
)
from echoes.text.formatting import pluralize

CONFIGURATION = Path(__file__).resolve().parents[2] / "alembic.ini"
NOTHING_YET = "There is no database yet: it is made now, with all its tables."
LOCK_SECONDS = 1.0

Say = Callable[[str], None]
Confirm = Callable[[str], bool]


class UpgradeFailed(InternalError):
    """What went wrong, and how the database is now."""

    code = "upgrade_failed"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


def upgrade(settings: Settings, say: Say, confirm: Confirm) -> bool:
    """Whether the database is up to date now. Raises CannotStart or UpgradeFailed."""
    check_data_folder(settings)
    steps, is_new = _pending(settings)
    for line in _in_words(steps, is_new):
        say(line)
    if not steps:
        return True
    if not confirm("Go ahead?"):
        say("Nothing was changed.")
        return False
    with _alone(settings):
        _migrate(settings, say, is_new)
    say(f"The database is up to date with Echoes {version('echoes')}. Start Echoes now.")
    return True


def _pending(settings: Settings) -> tuple[list[PendingMigration], bool]:
    """And whether there is nothing yet to lose. Raises CannotStart for a newer database."""
    if not has_database(settings):
        return pending(frozenset()), True
    with answering("ECHOES_DATABASE_URL"), get_database().engine.connect() as connection:
        heads = heads_of(connection)
        if unknown := heads - our_revisions().keys():
            said = ", ".join(sorted(unknown))
            if is_compatible(connection, heads):
                return [], False
            raise CannotStart(
                f"the database stands at revision {said}, which Echoes {version('echoes')} does not know",
                OF_A_NEWER_ONE,
            )
    return pending(heads), not heads


def _in_words(steps: list[PendingMigration], is_new: bool) -> Iterator[str]:
    if not steps:
        yield f"The database needs nothing for Echoes {version('echoes')}."
        return
    if is_new:
        yield NOTHING_YET
        return
    yield f"Echoes {version('echoes')} changes the database in {pluralize(len(steps), 'step')}:"
    for step in steps:
        warning = " (An older Echoes cannot use the database after this.)" if step.is_contract else ""
        yield f"  {step.revision}: {step.sentence}{warning}"


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """On SQLite nobody else may write meanwhile. Raises AnotherEngineRuns."""
    if not settings.is_sqlite:
        yield
        return
    lock = EngineLock(settings.data_dir / "engine.lock", LOCK_SECONDS)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _migrate(settings: Settings, say: Say, is_new: bool) -> None:
    copy = None if is_new else copy_before_upgrade(settings)
    if copy is not None:
        say(f"The database is copied to {copy}. Keep it until you have seen that all is well.")
    get_database().dispose()
    get_database.cache_clear()
    try:
        with _quiet():
            command.upgrade(Config(CONFIGURATION), "head")
        _verify(settings)
    except Exception as error:
        raise _undone(settings, copy, error) from error


def _verify(settings: Settings) -> None:
    check_database(settings)
    if settings.is_sqlite and not sqlite.is_sound(sqlite.database_file(settings)):
        raise UpgradeFailed("the migrated database is damaged", "")


def _undone(settings: Settings, copy: Path | None, error: Exception) -> UpgradeFailed:
    """PostgreSQL takes all migrations back by itself: they are one transaction."""
    reason = f"the upgrade failed: {_cause(error)}"
    get_database().dispose()
    get_database.cache_clear()
    if copy is None:
        return UpgradeFailed(reason, "There was nothing in the database before.")
    if settings.is_sqlite:
        go_back(settings, copy)
        return UpgradeFailed(reason, "The database is as it was before; start the earlier version of Echoes.")
    return UpgradeFailed(
        reason,
        "PostgreSQL keeps nothing of a migration that fails. If anything is amiss all the same, load "
        f"{copy}, the database from before, into an empty one by pg_restore.",
    )


def _cause(error: Exception) -> str:
    """A database says what it is in its first line, and where in the others."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return brief(said) or type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Alembic logs each step, which we have said already."""
    loudest = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(loudest)
