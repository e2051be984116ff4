"""Web processes that take uploads, for tests that kill them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.ports import free_port
from tests.uploads.client import Uploader


@dataclass
class UploadServer:
    address: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def upload_server(settings: Mapping[str, str] | None = None) -> Iterator[UploadServer]:
    """A process of its own. It reads the same environment, and so the same data folder, if not told more."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-log", "tests.uploads.application:app"],
        env=os.environ | (settings or {}), start_new_session=True,
    )  # fmt: skip
    server = UploadServer(f"http://127.0.0.1:{port}", process)
    try:
        wait_for(lambda: _answers(server.address), "the server's first answer")
        yield server
    finally:
        server.kill()


def _answers(address: str) -> bool:
    try:
        return Uploader(address, None).request("OPTIONS", "/uploads").status_code == 204
    except httpx.TransportError:
        return False
