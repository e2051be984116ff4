"""The job workspace: a scratch folder for one attempt, held by a file lock, which tells what a dead process
left from what is in use."""

import asyncio
import fcntl
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import IO, TypeVar

from echoes.settings import get_settings
from echoes.storage.disk import full_or_read_only_disk_in_words

ATTEMPT = ".attempt-"
"""In the name of every folder of scratch that a job has."""
HOLD = ".held"

Entered = TypeVar("Entered")


@asynccontextmanager
async def work_folder(name: str) -> AsyncIterator[Path]:
    """For one attempt alone: a worker that was thought dead may still be at the same job."""
    folder, hold = await asyncio.to_thread(_new_folder, name)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        hold.close()


@asynccontextmanager
async def entered(manager: AbstractContextManager[Entered]) -> AsyncIterator[Entered]:
    """A context manager that may take its time, such as a download, entered off the event loop."""
    value = await asyncio.to_thread(manager.__enter__)
    try:
        yield value
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


def is_abandoned(folder: Path) -> bool:
    """Whether the process that made this work folder has ended, however it ended."""
    try:
        with (folder / HOLD).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _new_folder(name: str) -> tuple[Path, IO[str]]:
    """With a file in it that is locked as long as this process lives: under its name once it is locked."""
    work = get_settings().work_dir
    with full_or_read_only_disk_in_words():
        work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}{ATTEMPT}", dir=work))
        hold = (folder / f"{HOLD}.new").open("w")
        fcntl.flock(hold, fcntl.LOCK_EX)
        (folder / f"{HOLD}.new").rename(folder / HOLD)
        return folder, hold
