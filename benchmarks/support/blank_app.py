"""Blank Reflex app with a counter, served as Echoes serves its own: what Reflex itself costs.

One Uvicorn process with the same websocket implementation, no compression and no access log; with Redis, its
states lie there, as those of Echoes do.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.servers.ports import free_port

CONFIG = """
import os, reflex as rx
url = os.environ["BLANK_REDIS_URL"]
modes = rx.constants.StateManagerMode
config = rx.Config(
    app_name="blank", telemetry_enabled=False, redis_url=url or None,
    state_manager_mode=modes.REDIS if url else modes.MEMORY,
)
"""
SERVER = """
import reflex as rx, uvicorn
from reflex_base.environment import environment
environment.REFLEX_SKIP_COMPILE.set(True)

class Counter(rx.State):
    count: int = 0

    @rx.event
    def increment(self) -> None:
        self.count += 1

app = rx.App()
app.add_page(lambda: rx.button(Counter.count, on_click=Counter.increment), route="/")
print(Counter.get_full_name(), flush=True)
uvicorn.run(app(), port={port}, ws="websockets-sansio", ws_per_message_deflate=False, access_log=False,
            log_level="error")
"""


@dataclass(frozen=True)
class Blank:
    address: str
    pid: int
    counter: str
    """The full name of its state."""


@contextmanager
def blank_server(redis_url: str = "") -> Iterator[Blank]:
    with tempfile.TemporaryDirectory(prefix="blank-") as folder:
        port = free_port()
        Path(folder, "rxconfig.py").write_text(CONFIG)
        script = Path(folder, "serve.py")
        script.write_text(SERVER.format(port=port))
        process = subprocess.Popen(
            [sys.executable, script], cwd=folder, env=os.environ | {"BLANK_REDIS_URL": redis_url},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            counter = process.stdout.readline().strip()
            answers(f"http://127.0.0.1:{port}")
            yield Blank(f"http://127.0.0.1:{port}", process.pid, counter)
        finally:
            process.kill()
            process.wait()


def answers(address: str) -> None:
    """Waits until a server does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/ping", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise TimeoutError(address)
