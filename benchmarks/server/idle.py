"""Idle cost and start-up time of the server.

    python -m benchmarks.server.idle [--seconds 30] [--tabs 200] [--databases sqlite postgres]

Prints processor seconds of a start and the share of one core that is used with no tab and with tabs that
watch their page; beside them what a blank Reflex app costs on the same server.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from benchmarks.support.blank_app import answers, blank_server
from benchmarks.support.tabs import WITHOUT_LIMITS, sign_in, watching_films
from tests.journeys.conftest import App
from tests.support.databases.postgres import QUICK, cluster
from tests.support.servers.ports import free_port

TICKS = os.sysconf("SC_CLK_TCK")
SETTLING_SECONDS = 65.0
"""The job engine looks for schedules every second in its first minute."""
AT_ONCE = 10


def main() -> None:
    options = _options()
    with blank_server() as blank:
        share = _share(blank.pid, options.seconds)
        _show("a blank Reflex app", _processor_seconds(blank.pid), [("no tab", share)])
    for database in options.databases:
        with tempfile.TemporaryDirectory(prefix="idle-") as folder, _url_of(database) as settings:
            _measure(database, Path(folder), settings, options)


def _measure(database: str, folder: Path, settings: dict[str, str], options: argparse.Namespace) -> None:
    app = App(folder, free_port(), {**WITHOUT_LIMITS, **settings})
    app.start()
    assert app.process is not None
    try:
        answers(app.address)
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
        cookie = await asyncio.to_thread(sign_in, app.address)

        async def open_one() -> None:
            async with place:
                await tabs.enter_async_context(watching_films(app.address, cookie))

        await asyncio.gather(*(open_one() for _ in range(options.tabs)))
        await asyncio.sleep(5)
        return await asyncio.to_thread(_share, app.process.pid, options.seconds)


@contextmanager
def _url_of(database: str) -> Iterator[dict[str, str]]:
    if database == "sqlite":
        yield {}
        return
    with cluster(QUICK) as url:
        yield {"ECHOES_DATABASE_URL": url}


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
