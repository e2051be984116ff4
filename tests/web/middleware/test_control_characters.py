"""Control characters in addresses: an odd way to write a limited route is never a free attempt."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote
from uuid import uuid4

import pytest
from limits import RateLimitItemPerMinute
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from echoes.echoes import app
from echoes.rate_limits import middleware
from echoes.rate_limits.limiter import IN_THIS_PROCESS, RateLimiter, rate_limits_of
from echoes.rate_limits.middleware import RateLimitedEndpoint
from echoes.settings import Settings
from echoes.web.middleware.control_characters import ControlCharactersMiddleware
from tests.support.servers.application import application

MOST = 2
LIMITED = {
    "POST /auth/local", "GET /auth/start", "GET /auth/callback", "POST /auth/recovery", "POST /auth/email",
    "POST /auth/email/confirm", "GET /auth/link/{token}", "POST /auth/link/{token}",
    *(f"POST /auth/passkey/{way}{end}" for way in ("sign-in", "sign-up", "add") for end in ("", "/options")),
    "POST /auth/join", "POST /auth/invitation", "GET /join/{code}",
    "GET /mail/unsubscribe", "POST /mail/unsubscribe", "POST /watch/{token}/unlock",
    "GET /metrics",
}  # fmt: skip
CONTROLS = ("%00", "%09", "%0A", "%0D", "%0D%0A", "%1F", "%7F", "%C2%80", "%C2%85", "%C2%9F", "%E2%80%A8")
ODD = (
    "", "/", "//", "/.", "/..", "/./", ".", "%20", "%2F", "%2f", "%252F", "%250A", ";", ";x", "%3F", "%23",
    "%5C", *CONTROLS,
)  # fmt: skip


def limited_routes() -> list[Route]:
    assert isinstance(app.api_transformer, Starlette)
    routes = [route for route in app.api_transformer.routes if isinstance(route, Route)]
    return [route for route in routes if isinstance(route.app, RateLimitedEndpoint)]


def ways_to_write(path: str) -> Iterator[str]:
    for odd in ODD:
        yield path + odd
        yield odd + path if odd.startswith("/") else f"/{odd}{path}"
        yield path.replace("/", f"/{odd}", 2) if not odd.startswith("/") else path.replace("/", "//")
    yield from (path.upper(), path.title(), path.replace("/", "%2F"), path.replace("a", "%61"))


class Runs:
    """Stands where the route's endpoint runs."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.count += 1
        await PlainTextResponse("ran")(scope, receive, send)


async def status(app: ControlCharactersMiddleware, method: str, raw: str, address: str) -> int:
    """As Uvicorn passes a path on: raw, and decoded once."""
    scope: Scope = {
        "type": "http", "method": method, "path": unquote(raw), "raw_path": raw.encode(), "root_path": "",
        "query_string": b"", "headers": [(b"origin", b"http://localhost:3000")], "client": (address, 1),
        "server": ("localhost", 3000), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(scope, receive, send)
    return int(sent[0]["status"])


def test_the_walk_knows_the_limited_routes() -> None:
    named = {f"{method} {route.path}" for route in limited_routes() for method in route.methods or ()}
    assert {name for name in named if not name.startswith("HEAD ")} == LIMITED


@pytest.mark.parametrize("route", limited_routes(), ids=lambda route: str(route.path))
async def test_no_way_to_write_it_is_a_free_attempt(route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(app.api_transformer, Starlette)
    routes = [one for one in app.api_transformer.routes if isinstance(one, Route)]
    door = ControlCharactersMiddleware(application(routes))
    limits = rate_limits_of(Settings(sign_ins_per_minute=MOST, passwords_per_minute=MOST))
    fewest = RateLimitItemPerMinute(MOST)
    limits = replace(
        limits,
        opt_out=replace(limits.opt_out, item=fewest),
        metrics=replace(limits.metrics, item=fewest),
    )
    turnstile = RateLimiter(IN_THIS_PROCESS, limits)
    monkeypatch.setattr(middleware, "get_rate_limiter", lambda: turnstile)
    (method,) = (route.methods or set()) - {"HEAD"}
    plain = re.sub(r"\{\w+\}", "abc", route.path)
    for number, raw in enumerate(ways_to_write(plain)):
        runs = Runs()
        monkeypatch.setattr(route.app, "_app", runs)
        visitor = f"192.0.{number // 250}.{number % 250}"
        answers = [await status(door, method, raw, visitor) for _ in range(MOST + 1)]
        assert runs.count <= MOST, f"{raw!r} is not counted"
        assert runs.count == 0 or answers[-1] == 429
        if raw == plain:
            assert runs.count == MOST, "the plain address runs"


@pytest.mark.parametrize("control", CONTROLS)
async def test_control_characters_are_refused(control: str) -> None:
    runs = Runs()
    assert await status(ControlCharactersMiddleware(runs), "GET", f"/films{control}", "192.0.2.1") == 400
    assert runs.count == 0


@pytest.mark.parametrize(("raw", "query"), [(b"/\x80", b""), (b"/\n", b""), (b"/", b"\xff"), (b"/", b"a b")])
async def test_a_websocket_with_such_an_address_is_not_opened(raw: bytes, query: bytes) -> None:
    runs, sent = Runs(), []

    async def send(message: Message) -> None:
        sent.append(message["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": f"/_event/{uuid4()}", "raw_path": raw, "query_string": query}
    await ControlCharactersMiddleware(runs)(scope, receive, send)
    assert (runs.count, sent) == (0, ["websocket.close"])
