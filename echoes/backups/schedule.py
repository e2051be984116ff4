"""The nightly backup, in a process of its own that ends with the worker: its reading, hashing and compressing
keep nobody else waiting."""

import asyncio
import logging
import os

from echoes.backups import runs
from echoes.database import get_database
from echoes.models import now
from echoes.processes.runner import piped, started
from echoes.settings import Settings

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
    return code


def note_killed(code: int) -> None:
    """A process that was killed, by the kernel for want of memory for instance, could write nothing down."""
    if code < 0:
        with get_database().unscoped() as session:
            runs.mark_interrupted(session, f"Its process was ended by signal {-code}.")
