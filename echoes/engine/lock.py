"""Data folder lock: one engine on one data folder, for two of a name would take each other's jobs."""

import fcntl
import time
from pathlib import Path
from typing import IO

from echoes.errors import InternalError

LOCK_TIMEOUT_SECONDS = 15.0
"""A process that is just being replaced needs some seconds to end."""


class AnotherEngineRuns(InternalError):
    """The message is for the person at the terminal."""

    code = "another_engine_runs"


class EngineLock:
    def __init__(self, path: Path, timeout: float = LOCK_TIMEOUT_SECONDS) -> None:
        self._path, self._timeout = path, timeout
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Held until released, or until this process ends, however it ends."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        deadline = time.monotonic() + self._timeout
        while not _try_lock(file):
            if time.monotonic() > deadline:
                file.close()
                raise AnotherEngineRuns(
                    f"Another Echoes process is using {self._path.parent}. "
                    "Stop it first, or give this one a data folder of its own (ECHOES_DATA_DIR)."
                )
            time.sleep(0.1)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
