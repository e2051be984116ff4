"""Websocket flood: memory, Redis and log that strangers can fill, on loopback alone.

    python -m benchmarks.server.flood [--redis]

200 connections without a cookie, each a tab of its own, each with events that carry strings of up to
24 KB into handlers that keep something, and nonsense. Says what the server's memory, Redis and the log
have grown by, beside the floor that is set for it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from benchmarks.support.measuring import resident
from tests.pages.every_handler import CLIPS, FILM, FILMS, VISIT
from tests.support import programs
from tests.support.servers.ports import free_port
from tests.support.servers.redis import running_redis

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 200
MOST_MEGABYTES = 50.0
LONGEST_KEPT_SECONDS = 600
LONG = "€" * 8_000
COOKIE = "echoes_session=a-cookie-that-must-not-be-logged"
STATE = "reflex___state____state"
KEPT: list[tuple[str, dict[str, object]]] = [
    (f"{FILMS}.ask_delete", {"project_id": LONG, "title": ""}),
    (f"{FILMS}.ask_delete", {"project_id": str(uuid4()), "title": LONG}),
    (f"{FILMS}.ask_name", {"project_id": str(uuid4()), "title": LONG}),
    (f"{FILM}.ask_delete", {"video_id": LONG}),
    (f"{CLIPS}.open_clip", {"photo_id": LONG}),
    (f"{VISIT}.tell", {"sentence": LONG}),
    (f"{VISIT}.nothing", {"sentence": COOKIE}),
    (f"{VISIT}.tell", {"sentences": COOKIE}),
]
NONSENSE = [
    "42/_event,{",
    f'42/_event,["event",{{"name":"{COOKIE}"}}]',
    "451-/_event,[]",
    COOKIE,
    "42/_event,[[]]",
]


@contextlib.contextmanager
def server(folder: Path, redis_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    environment = os.environ | {
        "ECHOES_DATA_DIR": str(folder),
        "ECHOES_PORT": str(port),
        "ECHOES_REDIS_URL": redis_url,
    }
    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, stderr=subprocess.DEVNULL)
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "echoes.web"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Echoes is ready"), (folder / "log").read_text()
            yield process, f"localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def event(handler: str, payload: dict[str, object]) -> str:
    router = {"pathname": "/films", "asPath": f"/films?{LONG[:1500]}", "query": {"x": LONG[:500]}}
    sent = {"name": f"{STATE}.{handler}", "payload": payload, "router_data": router}
    return "42/_event," + json.dumps(["event", sent], ensure_ascii=False)


async def flood(host: str) -> int:
    """All at once, and all stay open until it has been measured; says how many were let in."""
    async with contextlib.AsyncExitStack() as stack:
        opened = await asyncio.gather(*[attack(host, stack) for _ in range(CONNECTIONS)])
        await asyncio.sleep(3)
        measured.set()
        await done.wait()
        return sum(opened)


async def attack(host: str, stack: contextlib.AsyncExitStack) -> bool:
    address = f"ws://{host}/_event/?EIO=4&transport=websocket&token={uuid4()}"
    with contextlib.suppress(WebSocketException, OSError):
        headers = {"X-Long": "x" * 8000, "Cookie": f"other={'x' * 8000}"}
        socket = await stack.enter_async_context(
            connect(address, origin=Origin(f"http://{host}"), additional_headers=headers, close_timeout=1)
        )
        await fill(socket)
        return True
    return False


async def fill(socket: ClientConnection) -> None:
    await socket.send("40/_event,")
    for handler, payload in KEPT:
        await socket.send(event(handler, payload))
    for message in NONSENSE:
        await socket.send(message)


measured, done = asyncio.Event(), asyncio.Event()


async def report(process: "subprocess.Popen[str]", host: str, folder: Path, redis_url: str) -> bool:
    async with contextlib.AsyncExitStack() as first:
        await attack(host, first)  # What any first visitor brings into memory is not the flood's.
        await asyncio.sleep(1)
    before, stored, began = resident(process.pid), redis_bytes(redis_url), time.monotonic()
    attacking = asyncio.create_task(flood(host))
    await measured.wait()
    grown, more = resident(process.pid) - before, (redis_bytes(redis_url) - stored) / 1e6
    done.set()
    let_in = await attacking
    log = (folder / "log").read_text()
    is_quiet = COOKIE not in log and LONG[:50] not in log
    sys.stdout.write(
        f"{let_in} of {CONNECTIONS} connections, {time.monotonic() - began:.0f} s, "
        f"floor +{MOST_MEGABYTES:g} MB\n"
        f"server {before:.0f} MB {grown:+.1f} MB, Redis {more:+.2f} MB, log {len(log)} bytes"
        f"{'' if is_quiet else ' WITH WHAT WAS SENT'}\n"
    )
    return is_quiet and max(grown, more) < MOST_MEGABYTES and expires_soon(redis_url)


def expires_soon(url: str) -> bool:
    """Whether all that Redis holds of strangers' tabs goes by itself within minutes."""
    if not url:
        return True
    with redis.Redis.from_url(url) as client:
        states = [key for key in client.scan_iter() if b"reflex___state" in key]
        return bool(states) and all(0 <= client.ttl(key) <= LONGEST_KEPT_SECONDS for key in states)


def redis_bytes(url: str) -> int:
    if not url:
        return 0
    with redis.Redis.from_url(url) as client:
        return int(client.info("memory")["used_memory"])


@contextlib.contextmanager
def shared(is_wanted: bool) -> Iterator[str]:
    if not is_wanted or programs.redis_server() is None:
        yield ""
        return
    with running_redis() as redis_server:
        yield redis_server.url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis", action="store_true")
    is_wanted = parser.parse_args().redis
    with tempfile.TemporaryDirectory(prefix="echoes-flood-") as name:
        folder = Path(name)
        with shared(is_wanted) as redis_url, server(folder, redis_url) as (process, host):
            return 0 if asyncio.run(report(process, host, folder, redis_url)) else 1


if __name__ == "__main__":
    sys.exit(main())
