"""What the server costs while nothing happens, and until it answers.

    python -m benchmarks.idle [--seconds 30] [--tabs 200] [--databases sqlite postgres]

Prints processor seconds of a start and the share of one core that is used with no tab and with tabs that
watch their page; beside them what a blank Reflex app costs on the same server.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import App
from tests.pages.every_handler import FILMS
from tests.support.ports import free_port
from tests.support.postgres import QUICK, cluster

TICKS = os.sysconf("SC_CLK_TCK")
SETTLING_SECONDS = 65.0
"""The job engine looks for schedules every second in its first minute."""
WATCH = f"reflex___state____state.{FILMS}.watch"
AT_ONCE = 10
WITHOUT_LIMITS = {
    "ECHOES_SIGN_INS_PER_MINUTE": "1000",
    "ECHOES_CONNECTIONS_PER_ADDRESS": "10000",
    "ECHOES_CONNECTIONS_PER_MINUTE": "100000",
    "ECHOES_EVENTS_PER_MINUTE": "100000",
    "ECHOES_ADDRESS_EVENTS_PER_MINUTE": "100000",
}
"""All tabs are of one person at one address."""
BLANK = """
import reflex as rx, uvicorn
from reflex_base.environment import environment
environment.REFLEX_SKIP_COMPILE.set(True)
app = rx.App()
app.add_page(lambda: rx.text("blank"), route="/")
uvicorn.run(app(), port={port}, ws="websockets-sansio", log_level="error")
"""


def main() -> None:
    options = _options()
    with blank_server() as pid:
        _show("a blank Reflex app", _processor_seconds(pid), [("no tab", _share(pid, options.seconds))])
    for database in options.databases:
        with tempfile.TemporaryDirectory(prefix="idle-") as folder, _url_of(database) as settings:
            _measure(database, Path(folder), settings, options)


def _measure(database: str, folder: Path, settings: dict[str, str], options: argparse.Namespace) -> None:
    app = App(folder, free_port(), {**WITHOUT_LIMITS, **settings})
    app.start()
    assert app.process is not None
    try:
        _answers(app.address)
        start = _processor_seconds(app.process.pid)
        time.sleep(options.settling)
        shares = [("no tab", _share(app.process.pid, options.seconds))]
        shares.append((f"{options.tabs} tabs", asyncio.run(_with_tabs(app, options))))
        _show(f"Echoes, {database}", start, shares)
    finally:
        app.stop()


async def _with_tabs(app: App, options: argparse.Namespace) -> float:
    assert app.process is not None
    async with AsyncExitStack() as tabs:
        place = asyncio.Semaphore(AT_ONCE)
        cookie = await asyncio.to_thread(_sign_in, app.address)

        async def open_one() -> None:
            async with place:
                await tabs.enter_async_context(_Tab(app.address, cookie))

        await asyncio.gather(*(open_one() for _ in range(options.tabs)))
        await asyncio.sleep(5)
        return await asyncio.to_thread(_share, app.process.pid, options.seconds)


class _Tab:
    """Shows the page of all films until it is left, and answers the server's pings."""

    def __init__(self, address: str, cookie: str) -> None:
        self._url = f"{address.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={uuid4()}"
        self._open = connect(
            self._url, additional_headers={"Cookie": cookie}, origin=Origin(address), max_size=None
        )

    async def __aenter__(self) -> None:
        self._socket = await self._open.__aenter__()
        await self._socket.recv()
        await self._socket.send("40/_event,")
        await self._socket.recv()
        router = {"pathname": "/films", "asPath": "/films", "query": {}}
        event = {"name": WATCH, "payload": {}, "router_data": router}
        await self._socket.send("42/_event," + json.dumps(["event", event]))
        while "is_loaded" not in str(await self._socket.recv()):
            pass
        self._answering = asyncio.create_task(_answer_pings(self._socket))

    async def __aexit__(self, *error: object) -> None:
        self._answering.cancel()
        await self._open.__aexit__(None, None, None)


async def _answer_pings(socket: ClientConnection) -> None:
    async for message in socket:
        if message == "2":
            await socket.send("3")


def _sign_in(address: str) -> str:
    with httpx.Client(base_url=address, headers={"origin": address}, timeout=60) as client:
        client.post("/auth/local", data={"name": "Idle"})
        return f"{COOKIE}={client.cookies[COOKIE]}"


@contextmanager
def blank_server() -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="blank-") as folder:
        port = free_port()
        Path(folder, "rxconfig.py").write_text('import reflex as rx\nconfig = rx.Config(app_name="blank")\n')
        script = Path(folder, "serve.py")
        script.write_text(BLANK.format(port=port))
        process = subprocess.Popen([sys.executable, script], cwd=folder)
        try:
            _answers(f"http://localhost:{port}")
            yield process.pid
        finally:
            process.kill()
            process.wait()


@contextmanager
def _url_of(database: str) -> Iterator[dict[str, str]]:
    if database == "sqlite":
        yield {}
        return
    with cluster(QUICK) as url:
        yield {"ECHOES_DATABASE_URL": url}


def _answers(address: str) -> None:
    deadline = time.monotonic() + 60
    parts = urlsplit(address)
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://{parts.hostname}:{parts.port}/ping", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise TimeoutError(address)


def _share(pid: int, seconds: float) -> float:
    """Of one core."""
    before, began = _processor_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (_processor_seconds(pid) - before) / (time.monotonic() - began)


def _processor_seconds(pid: int) -> float:
    """Of the process and of the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _show(name: str, start: float, shares: list[tuple[str, float]]) -> None:
    idle = "   ".join(f"{what} {100 * share:5.2f} %" for what, share in shares)
    print(f"{name:20} start {start:5.2f} s of processor   idle: {idle}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="over which idleness is measured")
    parser.add_argument("--settling", type=float, default=SETTLING_SECONDS, help="after the start")
    parser.add_argument("--tabs", type=int, default=200)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
