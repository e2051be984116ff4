"""Readiness: what this process needs to do its work, looked at anew every few seconds at most.

A stranger may ask: the answer names parts, never addresses or causes, which are in the log. However many ask,
one looks, and the others are given what it found.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from echoes import engine
from echoes.backups.runs import last_backup_state
from echoes.database import get_database
from echoes.database.engine import READ_ONLY
from echoes.database.migrations import heads_of, our_heads, our_revisions
from echoes.errors import EchoesError, InternalError, brief
from echoes.observability import process
from echoes.settings import Settings, get_settings
from echoes.storage import get_storage

FRESH_SECONDS = 10.0
LONGEST_LOOK = 4.0
"""Whoever asks gives up soon after: what does not answer by then is not ready."""
DRAINING = "draining"

Check = Callable[[], None]

logger = logging.getLogger(__name__)


class NotReady(InternalError):
    code = "not_ready"


def check_database() -> None:
    database = get_database()
    for each in dict.fromkeys((database.engine, database.app_engine)):
        with each.connect().execution_options(**{READ_ONLY: True}) as connection:
            connection.execute(sa.text("SELECT 1"))


def check_migrations() -> None:
    """A database that is newer is no reason to end: during an upgrade old processes serve it for a while."""
    with get_database().reading() as session:
        heads = heads_of(session.connection())
    if heads != our_heads() and heads <= our_revisions().keys():
        raise NotReady("the database lacks migrations: run `alembic upgrade head`")


def check_storage() -> None:
    get_storage().probe()


def check_engine() -> None:
    if not engine.is_alive():
        raise NotReady("the job engine does not run, or its lease ran out")


def check_backups() -> None:
    """Bad backups are the operator's worry. They keep nobody from using Echoes."""
    with get_database().reading() as session:
        state = last_backup_state(session, get_settings())
    if state.is_bad:
        raise NotReady(state.failure or "there has been no good backup for a day and a half")


WARNINGS: Mapping[str, Check] = {"backups": check_backups}
"""What is looked at beside, and makes nothing unready."""


def checks_of(settings: Settings) -> Mapping[str, Check]:
    always = {"database": check_database, "migrations": check_migrations, "storage": check_storage}
    return always if settings.role == "web" else {**always, "engine": check_engine}


@dataclass(frozen=True, slots=True)
class Condition:
    """Names of the parts that are not ready, and of what an operator should look at meanwhile."""

    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Readiness:
    """The condition of this process, remembered for a few seconds."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        warnings: Mapping[str, Check] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._required, self._checks, self._clock = frozenset(checks), {**checks, **(warnings or {})}, clock
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._condition = Condition()
        self._threads = ThreadPoolExecutor(len(self._checks), thread_name_prefix="readiness")
        self._under_way: set[str] = set()

    def condition(self) -> Condition:
        """Blocks for a few seconds at most."""
        if process.is_draining():
            return Condition(missing=(DRAINING,))
        with self._lock:
            if self._looked_at is None or self._clock() - self._looked_at >= FRESH_SECONDS:
                found = self._look()
                if found.missing != self._condition.missing:
                    logger.warning("not ready: %s", ", ".join(found.missing) or "nothing any more")
                self._condition, self._looked_at = found, self._clock()
            return self._condition

    def _look(self) -> Condition:
        """All at once, each in a thread of its own: one that hangs is not asked a second time meanwhile."""
        asked = {
            name: self._threads.submit(self._passes, name, check)
            for name, check in self._checks.items()
            if name not in self._under_way
        }
        wait(asked.values(), timeout=LONGEST_LOOK)
        passed = {name for name, look in asked.items() if look.done() and look.result()}
        others = [name for name in self._checks if name not in passed]
        return Condition(
            tuple(name for name in others if name in self._required),
            tuple(name for name in others if name not in self._required),
        )

    def _passes(self, name: str, check: Check) -> bool:
        self._under_way.add(name)
        try:
            check()
        except (EchoesError, SQLAlchemyError, OSError) as error:
            logger.warning("%s is not ready: %s", name, brief(error))
            return False
        except Exception:
            logger.exception("%s could not be looked at", name)
            return False
        finally:
            self._under_way.discard(name)
        return True


@cache
def get_readiness() -> Readiness:
    """Of this process. Two that are made at once both work, and one is kept."""
    return Readiness(checks_of(get_settings()), WARNINGS)
