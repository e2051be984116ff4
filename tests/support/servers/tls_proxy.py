"""A proxy with TLS on loopback, as one stands before a server: it passes bytes on, WebSockets included."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from tests.support.servers.tls import Authority

CHUNK = 64 * 1024


@contextmanager
def tls_proxy(tls: Authority, port: int, at: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[int]:
    """Its port, before the one of a server on loopback."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(partial(_pass_on, port), *at, ssl=tls.context))
    thread = threading.Thread(target=loop.run_forever, name="TLS proxy")
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pass_on(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        there, back = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        writer.close()
        return
    await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side has said all. A browser that goes away is no failure of the proxy."""
    with suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
