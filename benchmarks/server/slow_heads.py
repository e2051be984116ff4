"""Slow request heads (slowloris), on loopback alone.

    python -m benchmarks.server.slow_heads

600 connections from each of two addresses send a letter of a request head every second and never end it, and
open anew whatever is closed, while a visitor from a third asks for the front page. Says how many were held at
once beside the limit, how long any stayed beside the deadline, and how long the visitor waited.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.server.flood import server
from benchmarks.support.measuring import resident
from echoes.settings import Settings
from echoes.web.connection_limits import HEAD_TIMEOUT_SECONDS, PER_TAB

ATTACKERS = ("127.0.0.2", "127.0.0.3")
VISITOR = "127.0.0.4"
EACH = 600
SECONDS = 40.0
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
VISIT = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LATE = 2.0
"""A connection may be closed so much after its deadline on a busy machine."""


@dataclass
class Held:
    """Connections that the server has answered or kept, and how long they lasted."""

    open: int = 0
    most: int = 0
    opened: int = 0
    lasted: list[float] = field(default_factory=list)


async def attack(source: str, port: int, held: Held, ends: float) -> None:
    while time.monotonic() < ends:
        with contextlib.suppress(OSError):
            await hold(source, port, held, ends)
        await asyncio.sleep(0.5)


async def hold(source: str, port: int, held: Held, ends: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    began = time.monotonic()
    held.opened += 1
    try:
        writer.write(HEAD)
        if await _is_closed(reader, 1.0):
            return  # One too many for its address.
        held.open += 1
        held.most = max(held.most, held.open)
        try:
            while time.monotonic() < ends and not await _is_closed(reader, 1.0):
                writer.write(b"x")
            held.lasted.append(time.monotonic() - began)
        finally:
            held.open -= 1
    finally:
        writer.close()


async def _is_closed(reader: asyncio.StreamReader, seconds: float) -> bool:
    try:
        return await asyncio.wait_for(reader.read(1), seconds) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


async def visit(port: int) -> float:
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(VISITOR, 0))
    writer.write(VISIT)
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the visitor was answered {answer[:80]!r}")
    return time.monotonic() - began


async def visits(port: int, ends: float) -> list[float]:
    waited = []
    while time.monotonic() < ends:
        waited.append(await visit(port))
        await asyncio.sleep(0.2)
    return waited


async def measure(port: int, pid: int) -> bool:
    quiet = [await visit(port) for _ in range(20)]
    before, ends = resident(pid), time.monotonic() + SECONDS
    held = {source: Held() for source in ATTACKERS}
    attacks = [attack(source, port, held[source], ends) for source in ATTACKERS for _ in range(EACH)]
    attacking = asyncio.gather(*attacks)
    waited = await visits(port, ends)
    await attacking
    limit = PER_TAB * Settings.model_fields["connections_per_address"].default
    for source, one in held.items():
        sys.stdout.write(
            f"{source}: {one.opened} opened, {one.most} at once (limit {limit}), "
            f"the longest {max(one.lasted):.1f} s (deadline {HEAD_TIMEOUT_SECONDS:g} s)\n"
        )
    sys.stdout.write(
        f"a visitor waits {_p95(waited) * 1000:.0f} ms (p95; {_p95(quiet) * 1000:.0f} without the attack), "
        f"server {before:.0f} MB {resident(pid) - before:+.1f} MB\n"
    )
    longest = HEAD_TIMEOUT_SECONDS + LATE
    return all(one.most <= limit and max(one.lasted) <= longest for one in held.values())


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def main() -> int:
    folder = tempfile.TemporaryDirectory(prefix="echoes-slow-heads-")
    with folder as name, server(Path(name), "") as (process, host):
        return 0 if asyncio.run(measure(int(host.rpartition(":")[2]), process.pid)) else 1


if __name__ == "__main__":
    sys.exit(main())
