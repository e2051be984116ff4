"""The job engine, in the test's own process or in a worker process that can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from echoes.database import Database
from echoes.engine import Engine
from tests.support.processes import PATIENCE, is_alive, wait_for

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


class Worker:
    """`python -m echoes.worker`, with the test's settings."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "echoes.worker"],
                cwd=REPOSITORY,
                env=os.environ | {"ECHOES_ROLE": "worker"},
                stdout=output,
                stderr=output,
            )

    def is_at_work(self) -> bool:
        return "the job engine runs" in self.log.read_text()

    def kill(self) -> None:
        """As a power cut would: nothing can be tidied up."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """As an operator would. 0 says that it was over before its own deadline of eight seconds."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def worker(log: Path) -> Iterator[Worker]:
    started = Worker(log)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.kill()


def wait_gone(pids: set[int]) -> None:
    wait_for(lambda: not any(map(is_alive, pids)), f"processes {pids} to be gone")
