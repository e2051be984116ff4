"""The border before the websocket: who is let in, what comes through it, and what ends it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.types import Message, Receive, Scope, Send

from echoes.accounts.cookies import COOKIE
from echoes.reflex_adapter.websocket import EVENTS
from echoes.web.websocket import middleware
from echoes.web.websocket.messages import CONNECT
from echoes.web.websocket.middleware import (
    LONGEST_HEADER,
    MOST_GREETINGS,
    WebSocketMiddleware,
    WebSocketRates,
)
from echoes.web.websocket.throttling import Rate, Throttle
from tests.support.processes import wait_until

HELLO = CONNECT + "null"
PONG = "3"
NOBODY, ANNA = "", f"{COOKIE}=of-anna"


@pytest.fixture(autouse=True)
def sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is signed in, without a database."""
    people = {ANNA: "anna", f"other=x; {ANNA}": "anna"}
    monkeypatch.setattr(middleware, "_person", people.get)


def rates(**limits: int) -> WebSocketRates:
    plenty = {"events": 1_000_000, "connections": 1_000_000, "most": 100, "strangers": 100} | limits
    return WebSocketRates(
        Throttle(Rate(plenty["events"], burst_seconds=1.0)),
        Throttle(Rate(plenty["events"], burst_seconds=1.0)),
        Throttle(Rate(plenty["connections"], burst_seconds=1.0)),
        plenty["most"],
        plenty["strangers"],
    )


@dataclass
class Client:
    """One websocket from both sides: what the app behind was given, and what the client was sent."""

    border: Callable[["Client"], WebSocketMiddleware]
    scope: Scope
    inbound: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue)
    sent: list[Message] = field(default_factory=list)
    passed: list[Message] = field(default_factory=list)
    seen: list[Scope] = field(default_factory=list)
    is_reading: asyncio.Event = field(default_factory=asyncio.Event)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        while (message := await receive())["type"] != "websocket.disconnect":
            self.passed.append(message)
            if message.get("text") == PONG:
                await send({"type": "websocket.send", "text": "answer"})
        self.passed.append(message)

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.send":
            await self.is_reading.wait()

    def say(self, *texts: str) -> None:
        for text in texts:
            self.inbound.put_nowait({"type": "websocket.receive", "text": text})

    async def run(self) -> None:
        await self.border(self)(self.scope, self.inbound.get, self.send)

    async def leave(self) -> None:
        self.inbound.put_nowait({"type": "websocket.disconnect", "code": 1001})

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.passed if message["type"] == "websocket.receive"]

    @property
    def closed(self) -> list[int]:
        return [message["code"] for message in self.sent if message["type"] == "websocket.close"]


Connect = Callable[..., Client]


@pytest.fixture
def connect() -> Connect:
    shared = rates()

    def one(
        query: str | None = None,
        cookie: str = NOBODY,
        path: str = f"{EVENTS}/",
        within: WebSocketRates = shared,
        **more: str,
    ) -> Client:
        asked = f"EIO=4&transport=websocket&token={uuid4()}" if query is None else query
        headers = {"host": "localhost", "cookie": cookie, **more}
        scope: dict[str, Any] = {
            "type": "websocket", "path": path, "query_string": asked.encode(), "client": ("192.0.2.7", 1),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items() if value],
        }  # fmt: skip
        client = Client(lambda self: WebSocketMiddleware(self.app, {}, within), scope)
        client.is_reading.set()
        client.inbound.put_nowait({"type": "websocket.connect"})
        return client

    return one


@asynccontextmanager
async def connected(client: Client) -> AsyncIterator[None]:
    running = asyncio.create_task(client.run())
    await wait_until(lambda: client.seen or running.done(), "the client to be let in or refused")
    yield
    await client.leave()
    await running


@pytest.mark.parametrize(
    "query",
    [
        "",
        "token=",
        "token=no-id",
        "token=%00",
        f"token={UUID(int=1)}&token={UUID(int=2)}",
        "token=" + "9" * 9000,
    ],
    ids=["none", "empty", "no id", "a control character", "two", "long"],
)
async def test_without_one_id_of_a_tab_there_is_no_socket(connect: Connect, query: str) -> None:
    client = connect(query)
    await client.leave()
    await client.run()
    assert (client.closed, client.seen) == ([middleware.POLICY_VIOLATION], [])


@pytest.mark.parametrize("path", ["/", "/other", f"{EVENTS}s/", "/_upload"])
async def test_there_is_no_other_socket(connect: Connect, path: str) -> None:
    client = connect(path=path)
    await client.leave()
    await client.run()
    assert (client.closed, client.seen) == ([middleware.POLICY_VIOLATION], [])


async def test_events_do_not_come_by_requests(connect: Connect) -> None:
    client = connect()
    await client.border(client)({"type": "http", "path": EVENTS}, client.inbound.get, client.send)
    assert client.sent[0]["status"] == 400
    assert client.seen == []


async def test_only_what_the_socket_needs_is_passed_on(connect: Connect) -> None:
    token = uuid4()
    client = connect(
        f"token={{{token}}}&x={'x' * 5000}",
        f"other=x; {ANNA}",
        **{"user-agent": "a" * 9000, "x-long": "x" * 9000},
    )
    async with connected(client):
        (seen,) = client.seen
        headers = dict(seen["headers"])
        assert headers.keys() == {b"host", b"user-agent", b"cookie"}
        assert headers[b"cookie"] == ANNA.encode()
        assert len(headers[b"user-agent"]) == LONGEST_HEADER
        assert seen["query_string"] == f"EIO=4&transport=websocket&token={token}".encode()
        assert client.scope["headers"] == seen["headers"], "the server keeps its own for as long"


@pytest.mark.parametrize("value", ["x" * 201, "\xed\xa0\x80", "a\x1bb"])
async def test_an_odd_cookie_is_none(connect: Connect, value: str) -> None:
    client = connect(cookie=f"{COOKIE}={value}")
    async with connected(client):
        assert b"cookie" not in dict(client.seen[0]["headers"])


async def test_an_address_has_room_for_so_many_and_fewer_of_nobody(connect: Connect) -> None:
    within = rates(most=3, strangers=2)
    async with connected(connect(within=within)):
        async with connected(connect(within=within)):
            third, anna, fourth = (
                connect(within=within),
                connect(cookie=ANNA, within=within),
                connect(cookie=ANNA, within=within),
            )
            async with connected(third), connected(anna), connected(fourth):
                assert (third.closed, anna.closed, fourth.closed) == ([1008], [], [1008])
        async with connected(again := connect(within=within)):
            assert again.closed == [], "who has left makes room"
    assert not within._open, "nothing is kept of an address that has left"


async def test_an_address_opens_only_so_many_in_a_while(connect: Connect) -> None:
    within = rates(connections=1)
    within.connections.rate = Rate(1, burst_seconds=60.0)
    first, second = connect(within=within), connect(within=within)
    async with connected(first), connected(second):
        assert (first.closed, second.closed) == ([], [1008])


async def test_what_no_page_sends_is_dropped_and_counted_in_one_line(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect()
    async with connected(client):
        client.say("x" * 100, CONNECT + "{", "42/other,[]", '451-/_event,["secret"]')
        client.inbound.put_nowait({"type": "websocket.receive", "bytes": b"\0" * 100})
        client.say(HELLO, PONG)
        await wait_until(lambda: PONG in client.texts, "the answer")
        assert client.texts[-1] == PONG
        assert len(client.texts) == 2
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line == "5 messages of a websocket were of no page of ours"


async def test_who_says_hello_again_and_again_is_cut_off(connect: Connect) -> None:
    client = connect()
    async with connected(client):
        client.say(*[HELLO] * (MOST_GREETINGS + 2))
        await wait_until(lambda: client.closed, "the end of the connection")
    assert (len(client.texts), client.closed) == (MOST_GREETINGS, [middleware.POLICY_VIOLATION])
    assert client.passed[-1] == {"type": "websocket.disconnect", "code": middleware.POLICY_VIOLATION}


@pytest.mark.parametrize("cookie", [NOBODY, ANNA])
async def test_who_is_far_ahead_of_their_rate_is_told_to_come_again(connect: Connect, cookie: str) -> None:
    """Nonsense counts as well: reading it is work."""
    client = connect(cookie=cookie, within=rates(events=1))
    async with connected(client):
        client.say(PONG, "nonsense")
        await wait_until(lambda: client.closed, "the end of the connection")
    assert client.closed == [middleware.TRY_AGAIN_LATER]


async def test_people_do_not_wait_for_strangers_of_their_address(connect: Connect) -> None:
    within = rates(events=1_000_000)
    within.events_of_address.rate = Rate(1, burst_seconds=60.0)
    stranger, anna = connect(within=within), connect(cookie=ANNA, within=within)
    async with connected(stranger), connected(anna):
        stranger.say(PONG, PONG, PONG)
        anna.say(PONG, PONG, PONG)
        await wait_until(lambda: stranger.closed and len(anna.texts) == 3, "one ended, one heard")
    assert (stranger.closed, anna.closed) == ([middleware.TRY_AGAIN_LATER], [])


async def test_who_does_not_read_answers_is_not_read(connect: Connect) -> None:
    client = connect()
    client.is_reading.clear()
    async with connected(client):
        client.say(PONG, PONG, PONG)
        await wait_until(lambda: client.sent, "the first answer")
        assert client.texts == [PONG]
        client.is_reading.set()
        await wait_until(lambda: len(client.texts) == 3, "all answers")


async def test_who_never_reads_is_given_up(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "SECONDS_TO_READ", 0.01)
    within = rates()
    client = connect(within=within)
    client.is_reading.clear()
    client.say(PONG)
    with pytest.raises(TimeoutError):
        await client.run()
    assert not within._open
