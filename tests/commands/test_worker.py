"""`echoes worker` is the worker: it runs until it is told to end, says how it is meanwhile, and ends well."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from echoes.database import Database
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.own_interpreter]


def test_it_works_until_it_is_told_to_end(database: Database, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    environment = os.environ | {"ECHOES_METRICS_PORT": str(free_port()), "ECHOES_ROLE": "worker"}
    with log.open("w") as output:
        worker = subprocess.Popen([sys.executable, "-m", "echoes", "worker"], env=environment, stderr=output)
    try:
        wait_for(lambda: "the job engine runs" in log.read_text() or worker.poll() is not None, "the engine")
        assert worker.poll() is None, log.read_text()
        says_how_it_is(f"http://127.0.0.1:{environment['ECHOES_METRICS_PORT']}")
        assert health(environment) == (0, '{"status":"ready"}\n')
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0, log.read_text()
    finally:
        worker.kill()
        worker.wait()
    code, sentence = health(environment)
    assert (code, sentence.startswith("Nothing answers on 127.0.0.1")) == (1, True)
    assert health(environment | {"ECHOES_METRICS_PORT": "0"})[0] == 2


def says_how_it_is(address: str) -> None:
    assert httpx.get(f"{address}/healthz").text == "ok\n"
    assert httpx.get(f"{address}/readyz").json() == {"status": "ready"}
    measured = httpx.get(f"{address}/metrics").text
    assert 'role="worker"' in measured
    assert "echoes_database_up 1.0" in measured


def health(environment: Mapping[str, str]) -> tuple[int, str]:
    """`echoes health`, as a container asks it."""
    asked = subprocess.run(
        [sys.executable, "-m", "echoes", "health"],
        env=environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    return asked.returncode, asked.stdout
