"""A proxy on loopback that lets everything arrive late, both ways.

Web sockets too, which the emulation of a browser's developer tools lets pass.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

MOST = 1 << 16


@contextmanager
def far_line(target: int, port: int, seconds: float) -> Iterator[None]:
    """Between a browser and the server on `target`, each that far from the other."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serve = partial(_serve, target=target, seconds=seconds)
    listening = asyncio.start_server(serve, "127.0.0.1", port)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result()
    yield
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _serve(
    browser: asyncio.StreamReader, answers: asyncio.StreamWriter, target: int, seconds: float
) -> None:
    server, requests = await asyncio.open_connection("127.0.0.1", target)
    await asyncio.gather(_late(browser, requests, seconds), _late(server, answers, seconds))


async def _late(source: asyncio.StreamReader, end: asyncio.StreamWriter, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while data := await source.read(MOST):
            loop.call_later(seconds, _write, end, data)
    loop.call_later(seconds, end.close)


def _write(end: asyncio.StreamWriter, data: bytes) -> None:
    """To a tab that was left meanwhile there is nothing to say."""
    if not end.is_closing():
        end.write(data)
