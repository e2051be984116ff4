"""A Redis of the tests' own, reached by a socket, so that no port is taken."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import programs
from tests.support.processes import PATIENCE, wait_for


@dataclass
class RedisServer:
    folder: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """Of the kind that Reflex and `limits` both understand."""
        return f"unix://{self.folder}/redis.sock"

    def crash(self) -> None:
        """It forgets all that it held, and starts again."""
        self.process.kill()
        self.process.wait(PATIENCE)
        (self.folder / "redis.sock").unlink(missing_ok=True)
        self.process = subprocess.Popen(self.process.args, stdout=subprocess.DEVNULL)
        wait_for(lambda: _answers(self.folder), "Redis to answer again")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def _answers(folder: Path) -> bool:
    """Its socket is there a moment before it listens."""
    with socket.socket(socket.AF_UNIX) as opened:
        return opened.connect_ex(str(folder / "redis.sock")) == 0


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    found = programs.redis_server()
    assert found is not None, "mark the test with redis: it is skipped where there is none"
    with tempfile.TemporaryDirectory(prefix="echoes-redis-") as folder:
        command = [
            found,
            "--port",
            "0",
            "--unixsocket",
            f"{folder}/redis.sock",
            "--save",
            "",
            "--dir",
            folder,
        ]
        server = RedisServer(Path(folder), subprocess.Popen(command, stdout=subprocess.DEVNULL))
        wait_for(lambda: _answers(Path(folder)), "Redis to answer")
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
