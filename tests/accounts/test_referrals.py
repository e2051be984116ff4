"""Referral codes on the front page wait in a cookie."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from echoes.accounts.cookies import REFERRAL
from echoes.accounts.referrals import ReferralMiddleware
from echoes.database import Database


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    async def page(request: Request) -> Response:
        return PlainTextResponse("a page", headers={"set-cookie": "theme=dark"})

    pages = Starlette(routes=[Route("/", page), Route("/films", page)])
    with TestClient(ReferralMiddleware(pages), base_url="http://localhost:3000") as client:
        yield client


def test_the_front_page_remembers_who_invited(browser: TestClient) -> None:
    answer = browser.get("/?code=ABCD2345&utm=mail")
    assert answer.text == "a page"
    assert answer.cookies[REFERRAL] == "abcd2345"
    assert answer.cookies["theme"] == "dark"
    assert "httponly" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "address", ["/", "/?code=", "/films?code=abcd2345", "/?code=%0d%0aset-cookie:x", "/?code=" + "a" * 99]
)
def test_nothing_else_is_remembered(browser: TestClient, address: str) -> None:
    assert REFERRAL not in browser.get(address).cookies
