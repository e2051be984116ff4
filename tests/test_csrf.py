"""CSRF protection: a request that changes something comes from a page of ours, or no route sees it."""

import httpx
import pytest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from echoes.csrf import CsrfMiddleware
from tests.support.servers.application import application

OURS = "http://localhost:3000"
CHANGING = ["POST", "PUT", "PATCH", "DELETE"]


async def done(_: Request) -> Response:
    return PlainTextResponse("done")


@pytest.fixture
def browser() -> httpx.AsyncClient:
    app = application(
        [Route(path, done, methods=["GET", *CHANGING]) for path in ("/any", "/hook")],
        Middleware(CsrfMiddleware, open_to_all={"/hook"}),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OURS)


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"{OURS}.evil.example"},
        {"origin": "https://evil.example", "host": "evil.example"},
        {"origin": "http://localhost:3001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {},
    ],
    ids=str,
)
async def test_another_site_is_refused(
    browser: httpx.AsyncClient, method: str, headers: dict[str, str]
) -> None:
    answer = await browser.request(method, "/any", headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.json()["error"]


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize("headers", [{"origin": OURS}, {"sec-fetch-site": "same-origin"}], ids=str)
async def test_our_own_pages_pass(browser: httpx.AsyncClient, method: str, headers: dict[str, str]) -> None:
    assert (await browser.request(method, "/any", headers=headers)).text == "done"


async def test_looking_changes_nothing_and_is_free(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/any", headers={"origin": "https://evil.example"})
    assert answer.text == "done"


async def test_what_others_may_call_is_named(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/hook")).text == "done"
    assert (await browser.post("/hook/")).status_code == 403
