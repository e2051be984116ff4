"""Server of the guided first start: on loopback or one private address, until it is over or nobody comes."""

import asyncio
import socket
from collections.abc import Callable
from time import monotonic

import uvicorn

from echoes.commands.setup.browser.routes import SetupPages, application
from echoes.errors import BadInput
from echoes.settings.urls import as_browsers_write, is_loopback, is_private

SECONDS_UNUSED = 3600.0
"""For as long the page waits for the next answer."""
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_READ = 2.0
"""So that the last page reaches the browser."""
NOT_PRIVATE = "--listen must name this machine's address in your own network, such as 192.168.1.20."


def listen(host: str, port: int) -> socket.socket:
    """Raises BadInput for an address that the internet could reach, or that is none of this machine. A name
    is as good as where it leads: many a server's own name is that of its public address."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        address = str(place[0]).partition("%")[0]
        if not (is_loopback(address) or is_private(address)):
            raise BadInput(NOT_PRIVATE)
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
    except OSError as error:
        raise BadInput(f"{host}, port {port}, cannot be used: {error.strerror}.") from error
    return listening


def address_of(host: str, listening: socket.socket) -> str:
    """As browsers write it in their headers, with which it is compared."""
    port = listening.getsockname()[1]
    return as_browsers_write(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")


def serve(pages: SetupPages, listening: socket.socket, say: Callable[[str], None]) -> None:
    """Blocks until the page was used to its end, or will not be used any more."""
    config = uvicorn.Config(application(pages), log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)

    async def run() -> None:
        looking = asyncio.create_task(_end_in_time(server, pages, say))
        await server.serve(sockets=[listening])
        looking.cancel()

    asyncio.run(run())


async def _end_in_time(server: uvicorn.Server, pages: SetupPages, say: Callable[[str], None]) -> None:
    while not server.should_exit:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        if pages.is_over:
            await asyncio.sleep(SECONDS_TO_READ)
            server.should_exit = True
        elif reason := _why_over(pages):
            say(reason)
            server.should_exit = True


def _why_over(pages: SetupPages) -> str:
    if pages.link.is_used:
        is_left = monotonic() - pages.seen_at > SECONDS_UNUSED and pages.dialogue.stage != "working"
        return "Nobody has used the page for an hour. Run `echoes setup` again." if is_left else ""
    if pages.link.is_open:
        return ""
    return "The link was not opened in time, or somebody tried to guess it. Run `echoes setup` again."
