"""Scratch folder of one film while it is made."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from compiler.errors import readable_file_errors

_NAME = re.compile(r"\.film-[0-9a-f]{32}")
_ABANDONED_AFTER = 24 * 3600.0


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the disk of the film, gone when the film is made or has failed.

    What a renderer left there that was killed goes the next time, a day later.
    """
    folder = beside / f".film-{uuid4().hex}"
    with readable_file_errors():
        _clean_up(beside)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clean_up(beside: Path) -> None:
    for found in beside.glob(".film-*"):
        with suppress(FileNotFoundError):
            if _NAME.fullmatch(found.name) and time.time() - found.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(found, ignore_errors=True)
