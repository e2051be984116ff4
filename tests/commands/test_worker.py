"""`echoes worker` is the worker: it runs until it is told to end, and then ends well."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from echoes.database import Database
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow


def test_it_works_until_it_is_told_to_end(database: Database, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("w") as output:
        worker = subprocess.Popen([sys.executable, "-m", "echoes", "worker"], stderr=output)
    try:
        wait_for(lambda: "the job engine runs" in log.read_text() or worker.poll() is not None, "the engine")
        assert worker.poll() is None, log.read_text()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0, log.read_text()
    finally:
        worker.kill()
        worker.wait()
