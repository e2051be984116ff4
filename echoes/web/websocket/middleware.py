"""Websocket middleware before Reflex's own: who may open one, how much comes through it, how fast.

Whoever sends faster than their rate is read more slowly, so that nothing of a page's is lost that sends again
after a pause without a network; only what no page sends is dropped.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from echoes.accounts import cookies, service
from echoes.csrf import client_address
from echoes.errors import InternalError, NotSignedIn
from echoes.observability.metrics import RATE_LIMITED
from echoes.reflex_adapter.websocket import EVENTS, Handlers
from echoes.settings import Settings
from echoes.web.websocket import messages
from echoes.web.websocket.arguments import InvalidMessage
from echoes.web.websocket.throttling import Rate, Throttle

PASSED_ON = (
    b"host", b"origin", b"upgrade", b"connection", b"sec-websocket-key", b"sec-websocket-version",
    b"sec-websocket-protocol", b"sec-websocket-extensions", b"user-agent", b"accept-language",
)  # fmt: skip
"""Reflex keeps the headers in the state of each tab. Of the cookies it gets the session's alone."""
LONGEST_HEADER = 300
LONGEST_COOKIE = 200
LONGEST_WAIT = 8.0
"""Whoever is so far ahead of their rate is cut off; the page connects again by itself, and sends what was not
acknowledged. After ten seconds without that it takes its socket for dead
(components/connection_status/event_outbox.js)."""
MOST_GREETINGS = 3
"""Each of them may make a state; a page says hello once, and again when it was told to go."""
SECONDS_TO_READ = 60.0
"""How long a client may leave what it asked for unread."""
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013

logger = logging.getLogger(__name__)


class WebSocketClosed(InternalError):
    """The connection ends here; the code says why."""

    code = "websocket_closed"

    def __init__(self, close_code: int) -> None:
        super().__init__(str(close_code))
        self.close_code = close_code


@dataclass
class WebSocketRates:
    """By address and by person, for all connections of this process."""

    events_of_address: Throttle
    events_of_person: Throttle
    connections: Throttle
    most_connections: int
    most_strangers: int
    """Of those connections, the ones of nobody who is signed in: what they fill has no owner to ask."""
    _open: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @classmethod
    def of(cls, settings: Settings) -> "WebSocketRates":
        return cls(
            Throttle(Rate(settings.address_events_per_minute)),
            Throttle(Rate(settings.events_per_minute)),
            Throttle(Rate(settings.connections_per_minute, burst_seconds=60.0)),
            settings.connections_per_address,
            settings.strangers_per_address,
        )

    @contextmanager
    def admitted(self, address: str, person: str | None) -> Iterator[bool]:
        """Whether there is room for one more; if so, it counts until the block ends."""
        key, other = (address, person is None), (address, person is not None)
        if self._open[key] + self._open[other] >= self.most_connections or (
            person is None and self._open[key] >= self.most_strangers
        ):
            logger.warning("no more tabs of one address are served: is ECHOES_TRUSTED_PROXIES right?")
            yield False
            return
        self._open[key] += 1
        try:
            yield True
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


class WebSocketMiddleware:
    """Before the whole app. There is one websocket, the events'; what else asks for one is refused."""

    def __init__(self, app: ASGIApp, handlers: Handlers, rates: WebSocketRates) -> None:
        self._app = app
        self._handlers = handlers
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open(scope, receive, send)
        elif scope["type"] == "http" and _is_events(scope["path"]):
            await PlainTextResponse("Events come by a websocket.", 400)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        address, token = client_address(HTTPConnection(scope)), _token(scope)
        wait = self._rates.connections.wait(address, LONGEST_WAIT)
        person = await asyncio.to_thread(_person, _cookies(scope)) if token and wait <= LONGEST_WAIT else None
        with self._rates.admitted(address, person) as may_enter:
            if not token or wait > LONGEST_WAIT or not may_enter:
                RATE_LIMITED.labels("tabs").inc()
                await receive()
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return
            await asyncio.sleep(wait)
            await self._serve(_narrowed(scope, token), (address, person), receive, send)

    async def _serve(self, scope: Scope, who: tuple[str, str | None], receive: Receive, send: Send) -> None:
        address, person = who
        connection = WebSocketConnection(
            receive, send, self._handlers, self._rates, address, person or str(id(scope)), person is None
        )
        try:
            await self._app(scope, connection.receive, connection.send)
        finally:
            connection.say_what_was_dropped()


@dataclass
class WebSocketConnection:
    inbound: Receive
    outbound: Send
    handlers: Handlers
    rates: WebSocketRates
    address: str
    person: str
    """Whose rate it is: the person's, or this connection's own where nobody is signed in."""
    is_stranger: bool = True
    greetings: int = 0
    unusable: int = 0
    _is_read: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._is_read.set()

    async def receive(self) -> Message:
        """The next message that may pass; those that may not count all the same."""
        while True:
            message = await self.inbound()
            if message["type"] != "websocket.receive":
                return message
            try:
                if passed := await self._let_in(message):
                    return passed
            except WebSocketClosed as cut:
                RATE_LIMITED.labels("events").inc()
                await self.outbound({"type": "websocket.close", "code": cut.close_code})
                return {"type": "websocket.disconnect", "code": cut.close_code}

    async def _let_in(self, message: Message) -> Message | None:
        await self._keep_pace()
        try:
            text = messages.validated(_text(message), self.handlers)
        except InvalidMessage:
            self.unusable += 1
            return None
        self._count_greetings(text)
        return {"type": "websocket.receive", "text": text}

    async def _keep_pace(self) -> None:
        wait = self.rates.events_of_person.wait(self.person, LONGEST_WAIT)
        if self.is_stranger:  # Of people each has a rate of their own, whoever else is at their address.
            wait = max(wait, self.rates.events_of_address.wait(self.address, LONGEST_WAIT))
        if wait > LONGEST_WAIT:
            raise WebSocketClosed(TRY_AGAIN_LATER)
        await asyncio.sleep(wait)
        # Nobody is answered who does not read the answers: they would pile up here.
        await self._is_read.wait()

    def _count_greetings(self, text: str) -> None:
        self.greetings += text.startswith(messages.CONNECT)
        if self.greetings > MOST_GREETINGS:
            raise WebSocketClosed(POLICY_VIOLATION)

    async def send(self, message: Message) -> None:
        self._is_read.clear()
        try:
            async with asyncio.timeout(SECONDS_TO_READ):
                await self.outbound(message)
        finally:
            self._is_read.set()

    def say_what_was_dropped(self) -> None:
        if self.unusable:
            logger.warning("%d messages of a websocket were of no page of ours", self.unusable)


def _is_events(path: str) -> bool:
    return path == EVENTS or path.startswith(f"{EVENTS}/")


def _token(scope: Scope) -> str:
    """The id that a tab gave itself; Reflex keeps a state for each. No id, no socket."""
    query = parse_qs(scope["query_string"].decode("ascii", "replace"))
    given = query.get("token", [])
    if not _is_events(scope["path"]) or len(given) != 1:
        return ""
    try:
        return str(UUID(given[0][:64]))
    except ValueError:
        return ""


def _narrowed(scope: Scope, token: str) -> Scope:
    """Only what the socket needs, so that only that is kept."""
    headers = [(name, value[:LONGEST_HEADER]) for name, value in scope["headers"] if name in PASSED_ON]
    if jar := cookies.header_of_pages(_cookies(scope), LONGEST_COOKIE):
        headers.append((b"cookie", jar.encode()))
    query = f"EIO=4&transport=websocket&token={token}".encode()
    scope["headers"][:] = headers  # the server keeps them as long as the socket is open
    return {**scope, "headers": headers, "query_string": query}


def _cookies(scope: Scope) -> str:
    """HTTP/2 lets a browser send them one by one."""
    return "; ".join(Headers(scope=scope).getlist("cookie"))


def _text(message: Message) -> str:
    """Bytes would be the attachment of a message that we do not know."""
    text = message.get("text")
    if not isinstance(text, str):
        raise InvalidMessage
    return text


def _person(cookie: str) -> str | None:
    try:
        return str(service.authenticate(cookies.token_from(cookie)))
    except NotSignedIn:
        return None
