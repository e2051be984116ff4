"""Rate-limit middleware: attempts by whoever has not signed in are counted by address."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from echoes.csrf import CsrfMiddleware
from echoes.rate_limits import middleware
from echoes.rate_limits.limiter import IN_THIS_PROCESS, RateLimiter, rate_limits_of
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import Settings
from tests.support.servers.application import application

MOST = 2
HERE = "http://localhost:3000"


async def done(_: Request) -> Response:
    return PlainTextResponse("done")


@pytest.fixture
def limited_app(monkeypatch: pytest.MonkeyPatch) -> Starlette:
    turnstile = RateLimiter(IN_THIS_PROCESS, rate_limits_of(Settings(passwords_per_minute=MOST)))
    monkeypatch.setattr(middleware, "get_rate_limiter", lambda: turnstile)
    limited, free = rate_limited(lambda limits: limits.password), ["GET", "POST"]
    routes = [
        Route("/hook/counted", done, methods=["POST"], middleware=limited),
        Route("/watch/{token}/unlock", done, methods=["POST"], middleware=limited),
        Route("/watch/{token}/unlock", done, methods=["GET"]),
        Route("/start", done, methods=["GET"], middleware=limited),
        *[Route(path, done, methods=free) for path in ("/free", "/hook")],
    ]
    return application(routes, Middleware(CsrfMiddleware, open_to_all={"/hook", "/hook/counted"}))


def browser(limited_app: ASGIApp, address: str, origin: str = HERE) -> httpx.AsyncClient:
    """One that shows a page of this origin."""
    transport = httpx.ASGITransport(limited_app, client=(address, 1234))
    return httpx.AsyncClient(
        transport=transport, base_url=HERE, headers={"origin": origin, "accept": "text/html,*/*"}
    )


async def test_one_too_many_is_answered_with_a_page_that_says_when(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1") as visitor:
        for _ in range(MOST):
            assert (await visitor.post("/watch/abc/unlock")).text == "done"
        answer = await visitor.post("/watch/abc/unlock", headers={"referer": "http://x/watch/abc?<b>"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "That is a lot of attempts. Please try again in a minute." in answer.text
    assert 'href="/watch/abc"' in answer.text


async def test_another_password_of_the_same_guesser_counts_too(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1") as visitor:
        answers = [await visitor.post(f"/watch/{token}/unlock") for token in "abc"]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_others_and_other_pages_are_not_held_up(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1") as visitor, browser(limited_app, "192.0.2.2") as another:
        for _ in range(MOST + 1):
            await visitor.post("/watch/abc/unlock")
        assert (await visitor.post("/free")).text == "done"
        assert (await visitor.get("/watch/abc/unlock")).text == "done"
        assert (await another.post("/watch/abc/unlock")).text == "done"


async def test_a_network_of_one_visitor_is_counted_as_one(limited_app: Starlette) -> None:
    answers = []
    for address in ("2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3", "2001:db8:0:2::1"):
        async with browser(limited_app, address) as visitor:
            answers.append((await visitor.post("/watch/abc/unlock")).status_code)
    assert answers == [200, 200, 429, 200]


async def test_the_way_back_does_not_lead_to_another_site(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1") as visitor:
        for _ in range(MOST + 1):
            sent = {"referer": "https://evil.example//evil.example/watch"}
            answer = await visitor.post("/watch/abc/unlock", headers=sent)
    assert (answer.status_code, 'href="/evil.example/watch"' in answer.text) == (429, True)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000.evil.example"])
async def test_another_site_does_not_use_up_a_visitors_attempts(limited_app: Starlette, origin: str) -> None:
    async with (
        browser(limited_app, "192.0.2.1", origin) as lured,
        browser(limited_app, "192.0.2.1") as visitor,
    ):
        refused = [await lured.post("/watch/abc/unlock") for _ in range(MOST + 1)]
        own = [await visitor.post("/watch/abc/unlock") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in refused] == [403] * (MOST + 1)
    assert [answer.status_code for answer in own] == [200, 200, 429]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("kind", ["image", "iframe", "empty"])
async def test_pictures_and_frames_of_another_site_do_not_either(
    limited_app: Starlette, site: str, kind: str
) -> None:
    fetched = {"sec-fetch-site": site, "sec-fetch-dest": kind}
    async with browser(limited_app, "192.0.2.1") as visitor:
        lured = [await visitor.get("/start", headers=fetched) for _ in range(MOST + 1)]
        own = [await visitor.get("/start") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in lured] == [403] * (MOST + 1), "who only says so learns nothing"
    assert [answer.status_code for answer in own] == [200, 200, 429]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_nobody_escapes_by_saying_that_they_come_from_elsewhere(
    limited_app: Starlette, site: str
) -> None:
    """No browser sends our origin together with such headers; programs that guess passwords can."""
    said = {"sec-fetch-site": site, "sec-fetch-dest": "empty"}
    async with browser(limited_app, "192.0.2.1") as guesser:
        answers = [await guesser.post("/watch/abc/unlock", headers=said) for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_a_way_back_from_another_site_counts(limited_app: Starlette) -> None:
    """As from the sign-in service: a whole tab that goes somewhere."""
    led = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}
    async with browser(limited_app, "192.0.2.1") as visitor:
        answers = [await visitor.get("/start", headers=led) for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_asking_for_the_head_alone_counts_too(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1") as visitor:
        answers = [await visitor.head("/start") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_who_had_too_many_attempts_is_still_refused_from_another_site(limited_app: Starlette) -> None:
    async with browser(limited_app, "192.0.2.1", "https://evil.example") as lured:
        async with browser(limited_app, "192.0.2.1") as visitor:
            for _ in range(MOST + 1):
                await visitor.post("/watch/abc/unlock")
        assert (await lured.post("/watch/abc/unlock")).status_code == 403


async def test_a_service_that_proves_itself_needs_no_origin(limited_app: Starlette) -> None:
    transport = httpx.ASGITransport(limited_app, client=("192.0.2.1", 1234))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as service:
        assert (await service.post("/hook")).text == "done"


async def test_what_others_may_send_is_counted_whatever_they_say_of_themselves(
    limited_app: Starlette,
) -> None:
    async with browser(limited_app, "192.0.2.1", "https://mail.example") as program:
        answers = [await program.post("/hook/counted") for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
