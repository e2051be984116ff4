"""Cache headers: what browsers may keep."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from echoes.web.middleware.cache_headers import CacheHeadersMiddleware


def page(_: Request) -> Response:
    return HTMLResponse("<h1>Echoes</h1>")


def hashed(_: Request) -> Response:
    return PlainTextResponse("export {}", headers={"etag": '"1"'})


def private(_: Request) -> Response:
    return HTMLResponse("mine", headers={"cache-control": "private, max-age=60"})


def answer(_: Request) -> Response:
    return Response(status_code=204)


@pytest.fixture
async def browser() -> httpx.AsyncClient:
    routes = [
        Route("/", page),
        Route("/assets/app-1a2b3c.js", hashed),
        Route("/fonts/letters.woff2", hashed),
        Route("/icons/icon.png", hashed),
        Route("/private", private),
        Route("/answer", answer),
    ]
    transport = httpx.ASGITransport(CacheHeadersMiddleware(Starlette(routes=routes)))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/assets/app-1a2b3c.js", "public, max-age=31536000, immutable"),
        ("/fonts/letters.woff2", "public, max-age=604800"),
        ("/", "no-cache"),
        ("/icons/icon.png", "no-cache"),
        ("/private", "private, max-age=60"),
        ("/answer", None),
        ("/assets/never-was.js", None),
    ],
    ids=[
        "named by its content",
        "font",
        "page",
        "file of a fixed name",
        "has its own",
        "neither",
        "not found",
    ],
)
async def test_is_kept(browser: httpx.AsyncClient, path: str, expected: str | None) -> None:
    response = await browser.get(path)
    assert response.headers.get("cache-control") == expected
