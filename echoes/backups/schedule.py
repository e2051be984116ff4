"""The nightly backup, in a process of its own that ends with the worker: its reading, hashing and compressing
keep nobody else waiting."""

import asyncio
import logging
import os

from echoes.backups import runs
from echoes.database import get_database
from echoes.mail import service as mail
from echoes.mail.messages import backup_bad
from echoes.models import MailKind, now
from echoes.processes.runner import piped, started
from echoes.settings import Settings, get_settings

logger = logging.getLogger(__name__)


def is_due(settings: Settings) -> bool:
    if not settings.backup_to:
        return False
    with get_database().reading() as session:
        return runs.is_due(session, settings.backup_hour, now())


async def back_up_by_itself() -> int:
    """`echoes backup`, whose exit code it returns. How it fails, that process writes down."""
    async with started("echoes", "backup", environment=os.environ) as child:
        await piped(child.process.stdout).read()
        said, code = await child.said, await child.process.wait()
    await asyncio.to_thread(note_killed, code)
    if code != 0:
        logger.error("the nightly backup failed: %s", said or f"its process ended with {code}")
        await asyncio.to_thread(tell_operators)
    return code


def tell_operators() -> None:
    """By mail, once a day, however often it is tried."""
    with get_database().unscoped() as session:
        state = runs.last_backup_state(session, get_settings())
        content = backup_bad(state.failure or "The last backup did not end well.")
        mail.tell_operators(session, MailKind.BACKUP_BAD, content, once=f"{now():%Y-%m-%d}")


def note_killed(code: int) -> None:
    """A process that was killed, by the kernel for want of memory for instance, could write nothing down."""
    if code < 0:
        with get_database().unscoped() as session:
            runs.mark_interrupted(session, f"Its process was ended by signal {-code}.")
