"""Request metrics: requests have a plain id and are counted by their route, never by their path."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from echoes.observability import context, metrics
from echoes.web.middleware.observation import REQUEST_ID, RequestObservationMiddleware


async def tell(request: Request) -> Response:
    return PlainTextResponse(context.current()["request"])


ROUTES = [Route("/watch/{token}", tell)]
CLIENT = TestClient(RequestObservationMiddleware(Starlette(routes=ROUTES), ROUTES))


def test_an_id_is_taken_over_and_sent_back() -> None:
    answer = CLIENT.get("/watch/1", headers={REQUEST_ID: "proxy-0123456789"})
    assert answer.headers[REQUEST_ID] == answer.text == "proxy-0123456789"


@pytest.mark.parametrize(
    "sent", ["short", "x" * 65, 'a"b{}: <script>', ""], ids=["short", "long", "odd", "none"]
)
def test_what_is_no_plain_id_is_replaced(sent: str) -> None:
    answer = CLIENT.get("/watch/1", headers={REQUEST_ID: sent})
    assert answer.text != sent
    assert len(answer.text) == 32


def test_paths_are_counted_by_their_route() -> None:
    before = metrics.HTTP_REQUESTS.labels("/watch/{token}", "GET", "200")._value.get()
    for token in range(20):
        CLIENT.get(f"/watch/secret-{token}")
    assert metrics.HTTP_REQUESTS.labels("/watch/{token}", "GET", "200")._value.get() == before + 20
